import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { spawn as spawnPty } from '@lydell/node-pty'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { ServiceClient } from '../../src/service/client.ts'
import { servicePaths } from '../../src/service/ensure-service.ts'
import { TaskClient } from '../../src/service/task-client.ts'
import { binary, run, Stream, stopAll } from './cli.ts'

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
  broken: { run: "false" }
  last: { needs: [first], run: echo last }
  first: { run: echo first }
  never: { needs: [broken], run: echo never }
  web: { type: daemon, run: exec sleep 1000 }
  slow: { run: "echo begun; while ! test -e go; do sleep 0.1; done; echo over" }
  polite: { run: "trap 'echo bye; exit 0' INT TERM; echo begun; while :; do sleep 0.1; done" }
  deaf: { stop: { grace: 1h }, run: "trap '' INT TERM; echo begun; while :; do sleep 0.1; done" }
`,
  )
})

afterAll(stopAll)

it('runs a task in the foreground without a service, and ends as the task does', async () => {
  const [ran, fine] = await Promise.all([
    run(['run', 'build', '--foreground', '-C', cwd, '--set', 'TARGET=all']),
    run(['run', 'fine', '--foreground', '-C', cwd, '--json']),
  ])
  expect(ran.code).toBe(1)
  expect(ran.stdout).toMatch(/compile \| compiled all\n/)
  expect(ran.stdout).toMatch(/test \| tested\n/)
  expect(ran.stderr).toMatch(/build: failed, step test: it ended with exit code 4\n$/)
  expect(fine.code).toBe(0)
  const records = fine.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(records).toContainEqual(expect.objectContaining({ type: 'line', stream: 'stdout', text: 'fine' }))
  expect(records.at(-1)).toMatchObject({ type: 'ended', run: { state: 'completed' } })
  // As a command starts one, it would have left its lock behind.
  expect(existsSync(servicePaths(resolveHome()).lock)).toBe(false)
}, 60_000)

it('says so when the process of a run dies before its first word', async () => {
  const dies = join(home, 'dies.cjs')
  writeFileSync(dies, "if (process.argv.includes('task-process')) process.kill(process.pid, 'SIGKILL')")
  const ran = await run(['run', 'fine', '--foreground', '-C', cwd, '--json'], {
    env: { NODE_OPTIONS: `--require=${dies}` },
  })
  expect(ran.code).toBe(1)
  const reason = 'its process ended before it began; its log may say why'
  expect(JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    type: 'ended',
    run: { state: 'failed', reason },
  })
  expect((await run(['history', 'fine', '--limit', '1'])).stdout).toContain(reason)
}, 60_000)

it('says which tasks there are not', async () => {
  const [ran, near, tailed, nearTail, step] = await Promise.all([
    run(['run', 'nothing', '--foreground', '-C', cwd]),
    run(['run', 'bild', '--foreground', '-C', cwd]),
    run(['tail', 'nothing']),
    // It was run by the first test.
    run(['tail', 'fin']),
    run(['tail', 'fine', '--step', 'tset']),
  ])
  expect(ran).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no task "nothing".') })
  expect(near).toMatchObject({ code: 3, stderr: expect.stringContaining('Did you mean build?') })
  expect(tailed.code).toBe(3)
  expect(nearTail.stderr).toContain('Did you mean fine?')
  expect(step).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('Nothing of step tset') })
}, 60_000)

it('ends only the waiting with Ctrl-C, and restarts what was run in the directory of a project', async () => {
  const waiting = onTerminal('run', 'web', '--wait', '-C', cwd)
  try {
    await waiting.until('web: running')
    waiting.pty.write('\u0003')
    await waiting.until('Still on the way: web. To end it: iterm-orch stop web')
    expect(await waiting.exitCode).toBe(130)
    const nowhere = await run(['restart', 'web'], { cwd: home })
    expect(nowhere).toMatchObject({ code: 1, stdout: expect.stringContaining('no file that is followed') })
    const { stdout } = await run(['restart', 'web'], { cwd })
    expect(stdout).toBe('web: started again\n')
    const states = JSON.parse((await run(['history', 'web', '--json'])).stdout).runs
    expect(states[1]).toMatchObject({ state: 'stopped' })
    expect((await run(['enable', 'fine'], { cwd })).stdout).toContain('it is one-shot')
  } finally {
    await run(['stop', 'web'])
    await stopAll()
  }
}, 60_000)

it('shows the end of a log, of one step, and what comes', async () => {
  // It was run by the first test.
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

it('runs what a task needs before it, and not the task when that fails', async () => {
  const [{ code, stdout }, never] = await Promise.all([
    run(['run', 'last', '--foreground', '-C', cwd]),
    run(['run', 'never', '--foreground', '-C', cwd]),
  ])
  expect(code).toBe(0)
  expect(stdout).toMatch(/\| first\n(.*\n)*.*\| last\n/)
  expect(never.code).toBe(1)
  expect(never.stdout).not.toContain('never')
  expect(never.stderr).toContain('never: skipped, it needs broken, which did not succeed')
}, 60_000)

it('stops with Ctrl-C as the task wants it, and at once with a second one', async () => {
  const polite = foreground('polite')
  const deaf = foreground('deaf')
  await polite.until('| begun')
  polite.pty.write('\u0003')
  await polite.until('polite: stopped')
  expect(polite.printed()).toContain('| bye')
  expect(await polite.exitCode).toBe(130)

  await deaf.until('| begun')
  deaf.pty.write('\u0003')
  await deaf.until('again to kill it')
  deaf.pty.write('\u0003')
  await deaf.until('deaf: stopped, it was killed, as asked')
  expect(await deaf.exitCode).toBe(130)
}, 60_000)

it('leaves the task running when it is killed itself, and others find it', async () => {
  const killed = foreground('slow')
  await killed.until('| begun')
  process.kill(killed.pty.pid, 'SIGKILL')
  await killed.exitCode
  try {
    // The first look is by a command, which starts the service; each further one would be another process.
    const { stdout } = await run(['status', 'slow', '--json'])
    const { run: found, ...status } = JSON.parse(stdout).tasks[0]
    expect(status).toMatchObject({ task: 'slow', state: 'running' })
    const client = new TaskClient(new ServiceClient(resolveHome().serviceSocket))
    const slow = async () => (await client.list(['slow'], true)).tasks[0]
    process.kill(found.pid, 'SIGSTOP')
    await expect.poll(async () => (await slow())?.state, { timeout: 20_000 }).toBe('paused')
    process.kill(found.pid, 'SIGCONT')
    writeFileSync(join(cwd, 'go'), '')
    await expect.poll(async () => (await slow())?.last?.state, { timeout: 20_000 }).toBe('completed')
    expect((await run(['tail', 'slow', '-n', '5'])).stdout).toContain('| over')
  } finally {
    await stopAll()
  }
}, 60_000)

function foreground(task: string) {
  return onTerminal('run', task, '--foreground', '-C', cwd)
}

/** On a terminal of its own, as people run it. */
function onTerminal(...args: string[]) {
  const pty = spawnPty(process.execPath, [binary, ...args], { cols: 100, rows: 30 })
  let text = ''
  pty.onData((data) => {
    text += data
  })
  const printed = () => stripVTControlCharacters(text)
  return {
    ...{ pty, printed },
    until: (wanted: string) => expect.poll(printed, { timeout: 20_000 }).toContain(wanted),
    exitCode: new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode))),
  }
}
