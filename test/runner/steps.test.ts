import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { knownTasks, readRun, runIds } from '../../src/runner/run-files.ts'
import { runsDirectory } from '../../src/runner/run-paths.ts'
import { startRun } from '../../src/runner/start-run.ts'
import { taskProcessCommand, useTaskRuns } from '../support/task-runs.ts'

const runs = useTaskRuns()
const states = (steps: { state: string }[]) => steps.map(({ state }) => state)

it('runs the steps in order and keeps what they print, with step and stream', async () => {
  const task = runs.task(['echo one; echo two >&2; printf three', 'echo four'], { name: 'order' })
  const run = await runs.ended(await runs.start(task))
  expect(run).toMatchObject({
    state: 'completed',
    attempt: 1,
    progress: { done: 2, of: 2, percent: 100 },
    steps: [
      { state: 'completed', exitCode: 0 },
      { state: 'completed', exitCode: 0 },
    ],
  })
  expect(runs.printed('order', 'step-1')).toEqual(['one', 'three'])
  expect(runs.printed('order', 'step-1', 'stderr')).toEqual(['two'])
  expect(runs.printed('order', 'step-2')).toEqual(['four'])
  expect(run.endedAt).toBeDefined()
})

it('leaves no lock and no pid file behind', async () => {
  const run = await runs.ended(await runs.start(runs.task(['true'], { name: 'tidy' })))
  const left = () => readdirSync(runsDirectory(runs.home, 'tidy'))
  await expect.poll(left).toEqual([`${run.id}.json`])
  expect(existsSync(join(runs.home.pids, 'tidy.pid'))).toBe(false)
})

it('ends with the first failure, but for the steps that ask for it', async () => {
  const task = runs.task(
    [
      { name: 'may-fail', action: { kind: 'command', run: 'exit 2' }, continueOnError: true },
      { name: 'build', action: { kind: 'command', run: 'exit 3' } },
      { name: 'deploy' },
      { name: 'tell', action: { kind: 'command', run: 'echo told' }, if: 'steps.build.exit == 3' },
      { name: 'tidy', if: 'always()' },
    ],
    { name: 'failing' },
  )
  const run = await runs.ended(await runs.start(task))
  expect(states(run.steps)).toEqual(['failed', 'failed', 'skipped', 'completed', 'completed'])
  expect(run).toMatchObject({ state: 'failed', reason: 'step build: it ended with exit code 3' })
  expect(runs.printed('failing', 'tell')).toEqual(['told'])
})

it('says what kept a step from starting', async () => {
  const named = (name: string, step: object) => runs.start(runs.task([step], { name }))
  const nowhere = await named('nowhere', { cwd: '/nowhere/at/all' })
  const missing = await named('missing', { action: { kind: 'command', run: ['no-such-program'] } })
  expect((await runs.ended(nowhere)).reason).toBe('step step-1: its directory /nowhere/at/all does not exist')
  expect((await runs.ended(missing)).reason).toBe('step step-1: the program no-such-program was not found')
})

it('gives the steps the environment of file, task, step and command line, the later the stronger', async () => {
  const envFile = join(runs.work, 'secrets.env')
  writeFileSync(envFile, 'TOKEN="abc 123"\nA=file\nB=file\n# a comment\nexport C=file\n')
  const print = {
    name: 'print',
    action: { kind: 'command' as const, run: 'echo $TOKEN $A $B $C $D' },
    env: { D: 'step' },
  }
  const task = runs.task([print], { name: 'env', envFile, env: { A: 'task', B: 'task' } })
  const run = await runs.ended(await runs.start(task, { B: 'set' }))
  expect(runs.printed('env', 'print')).toEqual(['abc 123 task set file step'])
  expect(readFileSync(join(runsDirectory(runs.home, 'env'), `${run.id}.json`), 'utf8')).not.toContain(
    'abc 123',
  )
})

it('fails without the env_file that it was to read', async () => {
  const task = runs.task(['true'], { name: 'no-env', envFile: join(runs.work, 'missing.env') })
  expect(await runs.ended(await runs.start(task))).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('missing.env cannot be used'),
    steps: [{ state: 'pending' }],
  })
})

it('tries a step and a task again, as often as they say, and not more', async () => {
  const counted = 'echo x >> tries; test $(wc -l < tries) -ge 3'
  const retry = { times: 3, backoff: 'exponential', delayMs: 10, maxDelayMs: 20 } as const
  const step = { name: 'flaky', action: { kind: 'command' as const, run: counted }, retry }
  const first = await runs.ended(await runs.start(runs.task([step], { name: 'flaky-step' })))
  expect(first).toMatchObject({ state: 'completed', attempt: 1, steps: [{ attempt: 3 }] })

  const never = runs.task(['echo again; exit 1'], { name: 'never', retry: { ...retry, times: 2 } })
  expect(await runs.ended(await runs.start(never))).toMatchObject({ state: 'failed', attempt: 3 })
  expect(runs.printed('never', 'step-1')).toEqual(['again', 'again', 'again'])
})

it('shows while it waits for the next try, and when that is', async () => {
  const retry = { times: 1, backoff: 'fixed', delayMs: 3_600_000, maxDelayMs: 3_600_000 } as const
  const run = await runs.start(runs.task(['exit 1'], { name: 'waits', retry }))
  const waiting = await runs.until(run, ({ state }) => state === 'retrying')
  expect(waiting.nextAttemptAt).toBeDefined()
  expect(waiting.reason).toContain('is tried again, 1 of 1 times')
})

it('ends a step, and a task, that takes too long, with all that it started', async () => {
  const slow = {
    name: 'slow',
    action: { kind: 'command' as const, run: 'sleep 600 & sleep 600' },
    timeoutMs: 300,
  }
  const step = await runs.ended(await runs.start(runs.task([slow, 'true'], { name: 'slow-step' })))
  expect(step).toMatchObject({ state: 'failed', reason: 'step slow: it took longer than 0.3 s' })
  expect(states(step.steps)).toEqual(['failed', 'skipped'])
  const whole = runs.task(['sleep 600', 'true'], { name: 'slow-task', timeoutMs: 300 })
  expect((await runs.ended(await runs.start(whole))).reason).toContain('the task took longer than 0.3 s')
})

it('shows how far it is: by steps, and by what a step says', async () => {
  const task = runs.task(['true', "echo '::progress 50 half of it'; sleep 600"], { name: 'far' })
  const run = await runs.until(await runs.start(task), ({ progress }) => progress.text !== undefined)
  expect(run.progress).toEqual({ done: 1, of: 2, percent: 75, text: 'half of it' })
  expect(run.steps[1]?.progress).toEqual({ percent: 50, text: 'half of it' })
})

it('is run once, however many processes are started for it', async () => {
  const run = await runs.start(runs.task(['echo ran >> count; sleep 1'], { name: 'once' }))
  const others = await Promise.all(
    [1, 2, 3].map(() => startRun(runs.home, run, { command: taskProcessCommand })),
  )
  await Promise.all(others.map(({ exited }) => exited))
  expect((await runs.ended(run)).state).toBe('completed')
  expect(readFileSync(join(runs.work, 'count'), 'utf8')).toBe('ran\n')
})

it('skips a run while another one of the same task goes on', async () => {
  const task = runs.task(['sleep 600'], { name: 'twice' })
  const first = await runs.start(task)
  await runs.until(first, ({ state }) => state === 'running')
  const second = await runs.ended(await runs.start(task))
  expect(second).toMatchObject({ state: 'skipped', reason: 'another run of the task is going on' })
  expect(readRun(runs.home, first)?.state).toBe('running')
  expect(knownTasks(runs.home)).toContain('twice')
  expect(runIds(runs.home, 'twice')).toEqual([first.id, second.id])
})

it('tells of lines that fit the patterns of its alerts, without secrets', async () => {
  const alerts = [{ on: 'log', severity: 'info', pattern: 'ERROR' } as const]
  const print = 'echo fine; echo ERROR one; echo "ERROR password=hunter2hunter2"'
  const run = await runs.ended(await runs.start(runs.task([print], { name: 'alerts', alerts })))
  expect(run.matches).toMatchObject([{ pattern: 'ERROR', count: 2, step: 'step-1' }])
  expect(run.matches[0]?.line).not.toContain('hunter2hunter2')
})
