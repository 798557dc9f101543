import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ownIdentity } from '../../src/lib/process-identity.ts'
import { commandHash } from '../../src/runner/command-hash.ts'
import { newRun } from '../../src/runner/new-run.ts'
import { isStopped } from '../../src/runner/processes-of-run.ts'
import type { Run } from '../../src/runner/run.ts'
import { readRun } from '../../src/runner/run-files.ts'
import { runLife } from '../../src/runner/run-life.ts'
import { settleRun } from '../../src/runner/settle-run.ts'
import { signalRun } from '../../src/runner/signal-run.ts'
import { startRun } from '../../src/runner/start-run.ts'
import { isAlive, taskProcessCommand, useTaskRuns } from '../support/task-runs.ts'

const runs = useTaskRuns()

/** A tree that does not want to go: one that ignores signals, one in a session of its own, one forked twice. */
const stubborn = `
trap '' TERM INT HUP
(trap '' TERM; echo $BASHPID > ignoring.pid; while :; do sleep 0.1; done) &
setsid sh -c 'echo $$ > session.pid; exec sleep 600' &
(setsid sh -c '(echo $$ > /dev/null; sh -c "echo \\$\\$ > forked.pid; exec sleep 600" &) ; exit' )
env -i sh -c 'echo $$ > bare.pid; exec sleep 600' &
echo $$ > shell.pid
touch ready
while :; do sleep 0.1; done
`
const files = ['ignoring', 'session', 'forked', 'bare', 'shell']

async function startTree(name: string, graceMs: number): Promise<{ run: Run; pids: number[] }> {
  const cwd = join(runs.work, name)
  const script = { name: 'tree', action: { kind: 'command' as const, run: ['bash', '-c', stubborn] } }
  mkdirSync(cwd)
  const run = await runs.start(
    runs.task([{ ...script, cwd }, 'true'], { name, stop: { signal: 'SIGTERM', graceMs } }),
  )
  const read = () => files.map((file) => Number(readFileSync(join(cwd, `${file}.pid`), 'utf8')))
  await expect
    .poll(() => existsSync(join(cwd, 'ready')) && read().every((pid) => pid > 0), { timeout: 15_000 })
    .toBe(true)
  return { run, pids: read() }
}

const pidOf = async (run: Run) =>
  (await runs.until(run, (now) => now.process !== undefined)).process?.pid ?? 0

it('stops a run with all that it started: what ignores signals, left its group, or forked twice', async () => {
  const { run, pids } = await startTree('stubborn', 300)
  expect(pids.map(isAlive)).toEqual(pids.map(() => true))
  const { run: ended, changed } = await signalRun(runs.home, run, 'stop')
  expect(changed).toBe(true)
  expect(ended).toMatchObject({
    state: 'stopped',
    reason: expect.stringContaining('it was asked to stop (SIGTERM)'),
  })
  expect(ended.steps.map(({ state }) => state)).toEqual(['stopped', 'skipped'])
  expect(pids.map(isAlive)).toEqual(pids.map(() => false))
})

it('kills a run at once, with all that it started', async () => {
  const { run, pids } = await startTree('killed', 3_600_000)
  const { run: ended } = await signalRun(runs.home, run, 'kill')
  expect(ended).toMatchObject({ state: 'stopped', reason: 'it was killed, as asked' })
  expect(pids.map(isAlive)).toEqual(pids.map(() => false))
})

it.each(['stop', 'kill'] as const)(
  'a run whose process has yet to begin it is over at once: %s',
  async (signal) => {
    const name = `beginning-${signal}`
    const task = runs.task([`touch ${name}`], { name })
    const run = newRun(task, { source: { kind: 'test' }, cause: { kind: 'manual' } })
    const go = join(runs.work, `${name}-go`)
    const slowly = ['/bin/sh', '-c', `while ! test -e ${go}; do sleep 0.05; done; exec "$@"`, 'sh']
    const { exited } = await startRun(runs.home, run, { command: [...slowly, ...taskProcessCommand] })
    expect(await signalRun(runs.home, run, signal)).toMatchObject({
      run: { state: 'stopped', reason: 'it was stopped before it began' },
      changed: true,
    })
    writeFileSync(go, '')
    await exited
    expect(readRun(runs.home, run)?.state).toBe('stopped')
    expect(existsSync(join(runs.work, name))).toBe(false)
  },
)

it('lets a step end in its own way within the grace time', async () => {
  const polite = "trap 'echo bye; exit 0' TERM; touch polite-ready; while :; do sleep 0.05; done"
  const run = await runs.start(runs.task([polite], { name: 'polite' }))
  await expect.poll(() => existsSync(join(runs.work, 'polite-ready')), { timeout: 15_000 }).toBe(true)
  expect((await signalRun(runs.home, run, 'stop')).run.state).toBe('stopped')
  expect(runs.printed('polite', 'step-1')).toEqual(['bye'])
})

it('ends what a completed run left behind', async () => {
  const daemon =
    "setsid sh -c 'echo $$ > left.pid; exec sleep 600' > /dev/null 2>&1 & while ! test -s left.pid; do sleep 0.02; done"
  const run = await runs.ended(await runs.start(runs.task([daemon], { name: 'left' })))
  expect(run.state).toBe('completed')
  expect(isAlive(Number(readFileSync(join(runs.work, 'left.pid'), 'utf8')))).toBe(false)
})

it.runIf(process.platform === 'linux')(
  'pauses and resumes the whole tree, and no timeout runs meanwhile',
  async () => {
    const { run, pids } = await startTree('paused', 300)
    const own = await pidOf(run)
    const { run: paused } = await signalRun(runs.home, run, 'pause')
    expect(paused.state).toBe('paused')
    expect(paused.pausedAt).toBeDefined()
    expect([own, ...pids].map((pid) => isStopped(pid))).toEqual([own, ...pids].map(() => true))
    expect((await signalRun(runs.home, run, 'pause')).changed).toBe(false)

    const { run: resumed } = await signalRun(runs.home, run, 'resume')
    expect(resumed).toMatchObject({ state: 'running', reason: 'step tree (1 of 2) runs' })
    expect([own, ...pids].map((pid) => isStopped(pid))).toEqual([own, ...pids].map(() => false))
    await signalRun(runs.home, run, 'pause')
    expect((await signalRun(runs.home, run, 'stop')).run.state).toBe('stopped')
    expect(pids.map(isAlive)).toEqual(pids.map(() => false))
  },
)

it('fails when its process is killed, and nothing of it goes on', async () => {
  const { run, pids } = await startTree('vanished', 300)
  const own = await pidOf(run)
  process.kill(own, 'SIGKILL')
  await expect.poll(() => runLife(runs.home, run).life).toBe('gone')
  const settled = await settleRun(runs.home, run)
  expect(settled).toMatchObject({
    settled: true,
    run: { state: 'failed', reason: `its process (${own}) vanished: it was killed, or the system ended it` },
  })
  expect(settled?.run.steps.map(({ state }) => state)).toEqual(['failed', 'skipped'])
  // Without a task process, nothing marks what cleared its environment and is nobody's child any more.
  const found = pids.filter((_, index) => files[index] !== 'bare')
  expect(found.map(isAlive)).toEqual(found.map(() => false))
  const bare = pids[files.indexOf('bare')] ?? 0
  if (isAlive(bare)) process.kill(bare, 'SIGKILL')
  expect((await settleRun(runs.home, run))?.settled).toBe(false)
})

it('does not settle a run that lives', async () => {
  const run = await runs.start(runs.task(['sleep 600'], { name: 'living' }))
  await runs.until(run, ({ state }) => state === 'running')
  expect(await settleRun(runs.home, run)).toBeUndefined()
})

it('fails when a step is killed, and says by which signal', async () => {
  const run = await runs.start(runs.task(['exec sleep 600'], { name: 'step-killed' }))
  const { steps } = await runs.until(run, ({ steps: [step] }) => step?.pid !== undefined)
  process.kill(steps[0]?.pid ?? 0, 'SIGKILL')
  expect(await runs.ended(run)).toMatchObject({ state: 'failed', reason: 'step step-1: SIGKILL ended it' })
})

it('never touches a process that got the number of a task process', async () => {
  const run = await runs.start(runs.task(['sleep 600'], { name: 'reused' }))
  await runs.until(run, ({ state }) => state === 'running')
  const innocent = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
  const file = join(runs.home.pids, 'reused.pid')
  const truth = readFileSync(file, 'utf8')
  const other = { ...JSON.parse(truth), pid: innocent.pid }
  const sameStart = { ...other, ...ownIdentity(), pid: process.pid, command: 'another' }
  const sameCommand = { ...other, command: commandHash(innocent.pid ?? 0) }
  try {
    for (const wrong of [
      other,
      sameStart,
      sameCommand,
      { ...JSON.parse(truth), run: 'another' },
      'garbage',
    ]) {
      writeFileSync(file, JSON.stringify(wrong))
      for (const signal of ['stop', 'kill', 'pause', 'resume'] as const) {
        await expect(signalRun(runs.home, run, signal)).rejects.toThrow(/cannot be signalled/)
      }
    }
    expect(isAlive(innocent.pid ?? 0)).toBe(true)
    writeFileSync(file, truth)
    expect((await signalRun(runs.home, run, 'stop')).run.state).toBe('stopped')
    expect(isAlive(innocent.pid ?? 0)).toBe(true)
  } finally {
    innocent.kill('SIGKILL')
  }
})

it('does nothing to a run that is over', async () => {
  const run = await runs.ended(await runs.start(runs.task(['true'], { name: 'over' })))
  expect(await signalRun(runs.home, run, 'stop')).toMatchObject({
    changed: false,
    run: { state: 'completed' },
  })
})
