import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Run } from '../../src/runner/run.ts'
import { runFile } from '../../src/runner/run-paths.ts'
import { signalRun } from '../../src/runner/signal-run.ts'
import { isAlive, useTaskRuns } from '../support/task-runs.ts'

const runs = useTaskRuns()
const retry = { times: 1, backoff: 'fixed', delayMs: 10, maxDelayMs: 10 } as const
/** Says which process it is, one line for each try, and ends only by a signal, but for the last try. */
const tries = (file: string, last: number) =>
  `echo $$ >> ${file}; test $(wc -l < ${file}) -ge ${last} || exec sleep 600`

function pidsIn(file: string): number[] {
  const path = join(runs.work, file)
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).map(Number) : []
}

/** Kills the process of the n-th try, when it is there. */
async function killTry(file: string, number: number): Promise<void> {
  await expect.poll(() => pidsIn(file).length, { timeout: 15_000 }).toBe(number)
  process.kill(pidsIn(file)[number - 1] ?? 0, 'SIGKILL')
}

it('tries a step that was killed again, as its retry says', async () => {
  const step = { name: 'work', action: { kind: 'command' as const, run: tries('again', 2) }, retry }
  const run = await runs.start(runs.task([step, 'true'], { name: 'again' }))
  await killTry('again', 1)
  expect(await runs.ended(run)).toMatchObject({
    state: 'completed',
    attempt: 1,
    steps: [{ state: 'completed', attempt: 2 }, { state: 'completed' }],
  })
  expect(
    runs
      .log('again')
      .map(({ text }) => text)
      .join('\n'),
  ).toContain('SIGKILL ended it')
})

it('fails with the reason when it was killed as often as it may be tried', async () => {
  const step = { name: 'work', action: { kind: 'command' as const, run: tries('often', 9) }, retry }
  const run = await runs.start(runs.task([step, 'true'], { name: 'often' }))
  await killTry('often', 1)
  await killTry('often', 2)
  const ended = await runs.ended(run)
  expect(ended).toMatchObject({ state: 'failed', reason: expect.stringContaining('SIGKILL ended it') })
  expect(ended.steps.map(({ state }) => state)).toEqual(['failed', 'skipped'])
})

it('begins the whole task anew when that has the retry', async () => {
  const run = await runs.start(runs.task(['echo first', tries('whole', 2)], { name: 'whole', retry }))
  await killTry('whole', 1)
  expect(await runs.ended(run)).toMatchObject({ state: 'completed', attempt: 2 })
  expect(runs.printed('whole', 'step-1')).toEqual(['first', 'first'])
})

it('goes on with the next step after one that was killed and may fail', async () => {
  const step = {
    ...{ name: 'work', continueOnError: true },
    action: { kind: 'command' as const, run: tries('may', 9) },
  }
  const run = await runs.start(runs.task([step, 'echo $?'], { name: 'may' }))
  await killTry('may', 1)
  const { state, steps } = await runs.ended(run)
  expect([state, ...steps.map((one) => one.state)]).toEqual(['completed', 'failed', 'completed'])
  expect(steps[0]).toMatchObject({ signal: 'SIGKILL' })
})

it('outlives the end of what a step has started beside itself', async () => {
  const work = 'sleep 600 & echo $! > beside; wait $! ; echo it was $?'
  const run = await runs.start(runs.task([work], { name: 'beside' }))
  await killTry('beside', 1)
  expect((await runs.ended(run)).state).toBe('completed')
  expect(runs.printed('beside', 'step-1')).toContain('it was 137')
})

it.each([
  ['is garbage', (path: string) => writeFileSync(path, '{"version":')],
  ['is gone', (path: string) => rmSync(path)],
])('writes its record anew on SIGCONT, when that %s', async (what, harm) => {
  const name = what.replaceAll(' ', '-')
  const begun = await runs.start(runs.task(['exec sleep 600'], { name }))
  const { process: own, steps } = await runs.until(begun, ({ steps: [step] }) => step?.pid !== undefined)
  harm(runFile(runs.home, begun))
  process.kill(own?.pid ?? 0, 'SIGCONT')
  await expect.poll(() => stateIn(begun), { timeout: 15_000 }).toBe('running')
  await signalRun(runs.home, begun, 'stop')
  expect(isAlive(steps[0]?.pid ?? 0)).toBe(false)
})

function stateIn(run: Run): unknown {
  try {
    return JSON.parse(readFileSync(runFile(runs.home, run), 'utf8')).state
  } catch {
    return undefined
  }
}
