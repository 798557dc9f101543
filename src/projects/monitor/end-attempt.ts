/** What follows from the end of an attempt: another one, or the task is over. */

import { writeJsonFile } from '../../lib/json-file.ts'
import { backOffMs } from '../../runner/back-off.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'
import { resultFile } from '../run/result-file.ts'
import type { AttemptEnd, TaskRecord } from '../run/task-record.ts'
import type { TaskResult } from '../run/task-result.ts'
import type { AttemptOutcome } from './conclude-run.ts'
import type { TaskStore } from './task-store.ts'
import { unrunResult } from './unrun-result.ts'

export interface EndOptions {
  project: { name: string; path: string }
  store: TaskStore
  now: number
  /** Whether its document is still in `tasks/`. */
  isThere: boolean
  retry: { delayMs: number; maxDelayMs: number }
}

/**
 * Writes down how the last attempt ended: first the result, then the record that says that it is written. Whoever was
 * stopped between the two does both again.
 *
 * @returns what became of the task, and why
 */
export function endAttempt(
  record: TaskRecord,
  outcome: AttemptOutcome,
  options: EndOptions,
): { what: 'retrying' | AttemptEnd['state']; why: string } {
  const { store, now } = options
  const { state, reason, interrupted, result } = outcome
  const end: AttemptEnd = {
    at: new Date(now).toISOString(),
    state,
    ...(reason !== undefined && { reason }),
    ...(interrupted && { interrupted }),
  }
  const attempts = record.attempts.map((attempt, index) =>
    index === record.attempts.length - 1 ? { ...attempt, end } : attempt,
  )
  const { cancelAsked: _, nextAttemptAt: __, ...rest } = record
  const ended: TaskRecord = { ...rest, attempts }
  const again = nextAttempt(record, end, options)
  const why = [reason ?? '', again.why].filter((part) => part !== '').join('; ')
  writeDown(ended, end, again.at === undefined ? state : 'retrying', result, options)
  if (again.at !== undefined) {
    store.write({ ...ended, nextAttemptAt: new Date(again.at).toISOString() })
    return { what: 'retrying', why }
  }
  store.write({ ...ended, over: end })
  return { what: state, why }
}

/** Ends a task of which no attempt goes on: cancelled while it waited, or not to be tried again. */
export function endTask(record: TaskRecord, end: AttemptEnd, options: EndOptions): void {
  const { cancelAsked: _, nextAttemptAt: __, ...rest } = record
  writeDown(rest, end, end.state, undefined, options)
  options.store.write({ ...rest, over: end })
}

function nextAttempt(
  { attempts, earlierAttempts = 0, plan, cancelAsked }: TaskRecord,
  { state }: AttemptEnd,
  { now, isThere, retry }: EndOptions,
): { at?: number; why: string } {
  if (state !== 'failed' || cancelAsked !== undefined) return { why: '' }
  const { retries } = plan ?? { retries: 0 }
  const again = attempts.length - earlierAttempts
  if (again > retries) return { why: '' }
  if (!isThere) return { why: 'its document is gone, so it is not tried again' }
  const waitMs = backOffMs({ backoff: 'exponential', ...retry }, again)
  return { at: now + waitMs, why: `tried again in ${waitMs / 1_000} s, ${again} of ${retries} times` }
}

function writeDown(
  record: TaskRecord,
  end: AttemptEnd,
  status: TaskResult['status'],
  given: TaskResult | undefined,
  { project }: EndOptions,
): void {
  const path = resultFile(project.path, record.task_id)
  const result = given ?? unrunResult(project.name, record, end, path)
  const error = end.state === 'completed' ? null : (end.reason ?? result.error ?? end.state)
  // Not more than this directory: a project whose disk is not mounted is not made anew beside it.
  makeOwnPlace(placesIn(project.path).results)
  writeJsonFile(path, { ...result, status, error, attempts: withEnd(result, end) }, { indented: true })
}

/** The executor does not know that an attempt was interrupted, or cancelled. */
function withEnd({ attempts }: TaskResult, { state, reason }: AttemptEnd): TaskResult['attempts'] {
  return attempts.map((attempt, index) =>
    index < attempts.length - 1 || attempt.status === state
      ? attempt
      : { ...attempt, status: state, error: reason ?? attempt.error },
  )
}
