import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { run, Stream } from './cli.ts'

const home = process.env['HOME'] ?? ''
const cwd = join(home, 'project')

beforeAll(() => {
  mkdirSync(cwd)
  writeFileSync(
    join(cwd, 'iterm-orch.yaml'),
    `tasks:
  build:
    steps:
      - { name: compile, run: "echo \\"::progress 50 half\\"; echo compiled $TARGET" }
      - { name: test, run: "printf '\\\\033]0;evil\\\\007tested\\\\n'; exit 4" }
  fine: { run: echo fine }
`,
  )
})

it('runs a task in the foreground without a service, and ends as the task does', async () => {
  const ran = await run(['run', 'build', '--foreground', '-C', cwd, '--set', 'TARGET=all'])
  expect(ran.code).toBe(1)
  expect(ran.stdout).toMatch(/compile \| compiled all\n/)
  expect(ran.stdout).toMatch(/test \| tested\n/)
  expect(ran.stderr).toMatch(/build: failed, step test: it ended with exit code 4\n$/)
  expect((await run(['run', 'fine', '--foreground', '-C', cwd])).code).toBe(0)
  expect((await run(['service', 'status'])).stdout).toContain('not running')
})

it('tells programs of a run line by line', async () => {
  const { stdout } = await run(['run', 'fine', '--foreground', '-C', cwd, '--json'])
  const records = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(records).toContainEqual(expect.objectContaining({ type: 'line', stream: 'stdout', text: 'fine' }))
  expect(records.at(-1)).toMatchObject({ type: 'ended', run: { state: 'completed' } })
})

it('says which tasks there are not', async () => {
  const { code, stderr } = await run(['run', 'nothing', '--foreground', '-C', cwd])
  expect(code).toBe(3)
  expect(stderr).toContain('There is no task nothing.')
  expect((await run(['tail', 'nothing'])).code).toBe(3)
})

it('shows the end of a log, of one step, and what comes', async () => {
  await run(['run', 'build', '--foreground', '-C', cwd])
  const { stdout } = await run(['tail', 'build', '--step', 'test', '-n', '2'])
  expect(stdout).toMatch(/^\S+ test \| tested\n\S+ test : failed: it ended with exit code 4 after .*\n$/)
  const following = new Stream<{ text: string; stream: string }>('tail', 'fine', '-f', '-n', '0')
  try {
    const isPrinted = () => following.seen.some(({ text, stream }) => text === 'fine' && stream === 'stdout')
    // It may begin to follow after the first of these.
    for (let tries = 0; tries < 10 && !isPrinted(); tries++) {
      await run(['run', 'fine', '--foreground', '-C', cwd])
    }
    await expect.poll(isPrinted, { timeout: 15_000 }).toBe(true)
  } finally {
    following.child.kill()
  }
}, 60_000)
