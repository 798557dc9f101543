import { newTimeOrderedId } from '../lib/ids.ts'
import type { Run, RunCause } from './run.ts'
import type { Task } from './task.ts'

/** A run that waits to be started; nothing is written. */
export function newRun(
  definition: Task,
  {
    source,
    cause,
    variables = {},
    groupLimit,
    reason = 'it is about to start',
    now = Date.now(),
  }: {
    source: Run['source']
    cause: RunCause
    variables?: Readonly<Record<string, string>>
    groupLimit?: number | undefined
    reason?: string
    now?: number
  },
): Run {
  const time = new Date(now).toISOString()
  return {
    version: 1,
    id: newTimeOrderedId(now),
    task: definition.name,
    source,
    definition,
    variables: { ...variables },
    ...(groupLimit === undefined ? {} : { groupLimit }),
    cause,
    state: 'queued',
    reason,
    attempt: 0,
    steps: definition.steps.map(({ name }) => ({ name, state: 'pending', attempt: 0 })),
    progress: { done: 0, of: definition.steps.length },
    restarts: [],
    createdAt: time,
    updatedAt: time,
    matches: [],
  }
}
