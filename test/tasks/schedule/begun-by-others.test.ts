import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { type FileLock, tryLockFile } from '../../../src/lib/lock-file.ts'
import { ownIdentity } from '../../../src/lib/process-identity.ts'
import { commandHash } from '../../../src/runner/command-hash.ts'
import { newRun } from '../../../src/runner/new-run.ts'
import type { Run, RunProcess } from '../../../src/runner/run.ts'
import { readRun, writeRun } from '../../../src/runner/run-files.ts'
import { runLockFile } from '../../../src/runner/run-paths.ts'
import { writePidFile } from '../../../src/runner/take-run.ts'
import type { Scheduler } from '../../../src/tasks/schedule/scheduler.ts'
import { HomeWithTasks } from './home-with-tasks.ts'

const begun = join(mkdtempSync(join(process.env['HOME'] ?? '', 'b-')), 'begun')
/** In place of the process of a run: it says that it was started, and ends. */
const command = ['/bin/sh', '-c', `touch ${begun}`]
const own: RunProcess = { ...ownIdentity(), command: commandHash(process.pid) ?? '' }
let home: HomeWithTasks | undefined
let lock: FileLock | undefined

afterEach(() => {
  lock?.release()
  home?.end()
})

/** A home with a service, and a run that somebody else is about to begin in this very process. */
async function runOfOthers(): Promise<{ home: HomeWithTasks; scheduler: Scheduler; run: Run }> {
  const made = new HomeWithTasks('tasks:\n  one: { run: "true" }\n  two: { run: "true" }\n')
  home = made
  const scheduler = await made.start(command)
  const definition = scheduler.definitions.get('one')?.task
  if (!definition) throw new Error('it is defined')
  const run = newRun(definition, { source: { kind: 'yaml' }, cause: { kind: 'manual' } })
  writeRun(made.home, run)
  lock = tryLockFile(runLockFile(made.home, run))
  return { home: made, scheduler, run }
}

it('does not start a run whose process has said that it has it, before its record says so', async () => {
  const { home, scheduler, run } = await runOfOthers()
  writePidFile(home.home, run, own)
  await expect
    .poll(() => scheduler.board.openOf('one'), { timeout: 10_000 })
    .toMatchObject([{ id: run.id, state: 'running' }])
  scheduler.wake()
  expect(existsSync(begun)).toBe(false)
  writeRun(home.home, {
    ...run,
    state: 'completed',
    reason: 'done',
    endedAt: run.createdAt,
    updatedAt: run.createdAt,
  })
  await expect.poll(() => scheduler.board.lastOf('one')?.state, { timeout: 10_000 }).toBe('completed')
})

it('does not take the run that waits for the one whose process was begun', async () => {
  const { home, scheduler, run } = await runOfOthers()
  const other = { ...run, id: run.id.replace(/^./u, '1') }
  writeRun(home.home, other)
  writePidFile(home.home, run, own)
  await expect.poll(() => scheduler.board.openOf('one'), { timeout: 10_000 }).toMatchObject([{ id: run.id }])
  scheduler.wake()
  expect(readRun(home.home, other)).toMatchObject({ state: 'queued' })
  expect(existsSync(begun)).toBe(false)
})

it('does not end a run when its own process has ended, while another one is about to begin it', async () => {
  const place = mkdtempSync(join(process.env['HOME'] ?? '', 'o-'))
  const made = new HomeWithTasks('tasks:\n  one: { run: "true" }\n')
  home = made
  const wait = `touch ${place}/started; while ! test -e ${place}/go; do sleep 0.05; done`
  const scheduler = await made.start(['/bin/sh', '-c', wait])
  const loaded = scheduler.definitions.get('one')
  if (!loaded) throw new Error('it is defined')
  const run = scheduler.queue(loaded, { cause: { kind: 'manual' } })
  scheduler.wake()
  await expect.poll(() => existsSync(join(place, 'started')), { timeout: 10_000 }).toBe(true)
  lock = tryLockFile(runLockFile(made.home, run))
  writeFileSync(join(place, 'go'), '')
  await expect.poll(() => scheduler.runner.isStarting(run), { timeout: 10_000 }).toBe(false)
  expect(readRun(made.home, run)).toMatchObject({ state: 'queued' })
  writeRun(made.home, { ...run, state: 'running', process: own, updatedAt: new Date().toISOString() })
  await expect.poll(() => scheduler.board.get(run.id)?.state, { timeout: 10_000 }).toBe('running')
})
