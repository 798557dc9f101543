import { endWithoutProcess } from '../../runner/end-without-process.ts'
import { newRun } from '../../runner/new-run.ts'
import type { Run } from '../../runner/run.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'
import type { DueSlots } from './due-slots.ts'

/** The record of due runs that are left out, so that each slot of a schedule is found in the history. */
export function missedRun(
  { task, file, line }: LoadedTask,
  { count, atLeast, first, last }: NonNullable<DueSlots['missed']>,
  now: number,
): Run {
  const from = new Date(first).toISOString()
  const to = new Date(last).toISOString()
  const span = `${atLeast ? 'more than ' : ''}${count} due runs were missed, from ${from} to ${to}`
  const text = count === 1 ? `the run that was due at ${to} was missed` : span
  const source = { file, line, kind: 'yaml' }
  const run = newRun(task, { source, cause: { kind: 'schedule', scheduledFor: to }, reason: text, now })
  return { ...endWithoutProcess(run, 'skipped', text), missed: { count, atLeast, first: from } }
}
