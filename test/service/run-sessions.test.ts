import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newRun } from '../../src/runner/new-run.ts'
import type { Run } from '../../src/runner/run.ts'
import { writeRun } from '../../src/runner/run-files.ts'
import { runFile, runPlacesOf } from '../../src/runner/run-paths.ts'
import type { Task } from '../../src/runner/task.ts'
import { isAlive } from '../support/task-runs.ts'
import { useService } from '../support/use-service.ts'

const { service, client, watch, reconnect } = useService()
const { work } = service
// Nobody but the test writes there.
const places = runPlacesOf(service.home, join(work, 'project'))

const task: Task = {
  ...{ name: 'audit', type: 'one-shot', enabled: true, groups: [], cwd: '/', env: {}, overlap: 'skip' },
  steps: [
    { name: 'ask', action: { kind: 'command', run: 'true' }, cwd: '/', env: {}, continueOnError: false },
  ],
  ...{ needs: [], stop: { signal: 'SIGTERM', graceMs: 1_000 }, alerts: [] },
  log: { maxBytes: 1_000, keep: 0 },
}

function record(change: Partial<Run> = {}): Run {
  const made: Run = { ...newRun(task, { source: { kind: 'test' }, cause: { kind: 'manual' } }), ...change }
  writeRun(places, made)
  return made
}

const over = (run: Run) => record({ ...run, state: 'failed' })

/** A program that says which process it is. */
function launch(run: Run) {
  const command = ['/bin/sh', '-c', `echo $$ > ${run.id}; exec sleep 600`]
  const { id } = run
  return client().launch({
    ...{ task: 'audit', name: `audit-${id}`, command, cwd: work },
    run: { id, task: 'audit', step: 'ask', record: runFile(places, run) },
  })
}

const programOf = (run: Run) => Number(readFileSync(join(work, run.id), 'utf8'))

async function isLeftOf(run: Run): Promise<boolean> {
  return (await client().sessions()).some((session) => session.run?.id === run.id)
}

async function nothingIsLeftOf(run: Run): Promise<void> {
  await expect.poll(() => isLeftOf(run), { timeout: 20_000 }).toBe(false)
  await expect.poll(() => isAlive(programOf(run)), { timeout: 20_000 }).toBe(false)
}

async function killService(): Promise<void> {
  process.kill((await client().health()).pid, 'SIGKILL')
}

it('opens nothing for a run that is over', async () => {
  await expect(launch(over(record()))).rejects.toThrow(/is over/u)
  expect(await client().sessions()).toEqual([])
})

it('closes what it has opened for a run that ended meanwhile', async () => {
  const run = record({ state: 'running' })
  const events = watch()
  const launching = expect(launch(run)).rejects.toThrow(/is over/u)
  await events.until((event) => event.type === 'launched')
  over(run)
  await launching
  await nothingIsLeftOf(run)
})

it('closes what runs have left that ended while it was away, and keeps what others still need', async () => {
  const [gone, going, unknown] = [record(), record({ state: 'running' }), record()]
  for (const run of [gone, going, unknown]) await launch(run)
  expect((await client().sessions())[0]?.run).toMatchObject({ id: gone.id, task: 'audit', step: 'ask' })
  await killService()
  over(gone)
  // What cannot be read may go on.
  writeFileSync(runFile(places, unknown), '{')
  await reconnect()
  await nothingIsLeftOf(gone)
  expect([await isLeftOf(going), await isLeftOf(unknown)]).toEqual([true, true])
}, 40_000)

it('closes what a service opened that was killed over it', async () => {
  const run = record({ state: 'running' })
  const events = watch()
  const launching = expect(launch(run)).rejects.toThrow()
  await events.until((event) => event.type === 'launched')
  await killService()
  await launching
  over(run)
  await reconnect()
  await nothingIsLeftOf(run)
}, 40_000)
