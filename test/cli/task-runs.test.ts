import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { spawn as spawnPty } from '@lydell/node-pty'
import { beforeAll, expect, it } from 'vitest'
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
  expect(stderr).toContain('There is no task "nothing".')
  const near = await run(['run', 'bild', '--foreground', '-C', cwd])
  expect(near).toMatchObject({ code: 3, stderr: expect.stringContaining('Did you mean build?') })
  expect((await run(['tail', 'nothing'])).code).toBe(3)
  await run(['run', 'fine', '--foreground', '-C', cwd])
  expect((await run(['tail', 'fin'])).stderr).toContain('Did you mean fine?')
  const step = await run(['tail', 'fine', '--step', 'tset'])
  expect(step).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('Nothing of step tset') })
})

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

it('runs what a task needs before it, and not the task when that fails', async () => {
  const { code, stdout } = await run(['run', 'last', '--foreground', '-C', cwd])
  expect(code).toBe(0)
  expect(stdout).toMatch(/\| first\n(.*\n)*.*\| last\n/)
  const never = await run(['run', 'never', '--foreground', '-C', cwd])
  expect(never.code).toBe(1)
  expect(never.stdout).not.toContain('never')
  expect(never.stderr).toContain('never: skipped, it needs broken, which did not succeed')
}, 60_000)

it('stops with Ctrl-C as the task wants it, and at once with a second one', async () => {
  const polite = foreground('polite')
  await polite.until('| begun')
  polite.pty.write('\u0003')
  await polite.until('polite: stopped')
  expect(polite.printed()).toContain('| bye')
  expect(await polite.exitCode).toBe(130)

  const deaf = foreground('deaf')
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
  const stateOf = async () => {
    const { stdout } = await run(['status', 'slow', '--json'])
    const { tasks } = JSON.parse(stdout)
    return tasks[0]
  }
  try {
    const { run: found, ...status } = await stateOf()
    expect(status).toMatchObject({ task: 'slow', state: 'running' })
    process.kill(found.pid, 'SIGSTOP')
    await expect.poll(async () => (await stateOf()).state, { timeout: 20_000 }).toBe('paused')
    process.kill(found.pid, 'SIGCONT')
    writeFileSync(join(cwd, 'go'), '')
    await expect.poll(async () => (await stateOf()).last?.state, { timeout: 20_000 }).toBe('completed')
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
