/** The runs that wait, as `decide` wants them. The records of the runs are the queue. */

import type { Run } from '../../runner/run.ts'
import type { Task } from '../../runner/task.ts'
import {
  type ActiveRun,
  type Decision,
  decide,
  type Limits,
  type Need,
  type QueuedRun,
} from '../queue/decide.ts'
import { onTimeMs } from './due-slots.ts'

export interface QueueFacts {
  /** All that are not over, the oldest first. */
  open: readonly Run[]
  lastOf(task: string): Run | undefined
  /** Whether its process was started already, although its record does not say so yet. */
  isStarting(run: Run): boolean
  /** Whether it is a daemon that does not run and will be started by itself. */
  isComing(task: string): boolean
  limits: Limits
}

export function decideQueue(facts: QueueFacts, now: number): Decision {
  const { open, lastOf, isStarting, isComing, limits } = facts
  const waits = (run: Run) => run.state === 'queued' && !isStarting(run)
  const openOf = new Map<string, Run[]>()
  for (const run of open) openOf.set(run.task, [...(openOf.get(run.task) ?? []), run])
  const active = open.filter((run) => !waits(run)).map(activeRun)
  const queue = open.filter(waits).map((run): QueuedRun => {
    const needs = run.definition.needs.map((task) =>
      isComing(task)
        ? ({ task, state: 'pending' } as const)
        : need(task, openOf.get(task) ?? [], lastOf(task), run),
    )
    return {
      run: run.id,
      task: run.definition,
      queuedAt: Date.parse(run.createdAt),
      overlap: overlapOf(run),
      needs,
      groupLimit: run.groupLimit,
    }
  })
  return decide(queue, active, limits, now)
}

function activeRun({ id, definition }: Run): ActiveRun {
  return { run: id, task: definition }
}

/**
 * What was missed is caught up with one after the other; what another task needs is neither left out nor does it
 * end a run that somebody else needs.
 */
function overlapOf({ cause, createdAt, definition }: Run): Task['overlap'] {
  if (cause.kind === 'dependency') return 'queue'
  const late = cause.scheduledFor === undefined ? 0 : Date.parse(createdAt) - Date.parse(cause.scheduledFor)
  return late > onTimeMs ? 'queue' : definition.overlap
}

/** What a task needs was queued before it, so how it ended last is how it ended for this run. */
function need(task: string, open: readonly Run[], last: Run | undefined, run: Run): Need {
  const [first] = open
  if (first?.definition.type === 'daemon') {
    return { task, state: open.some(({ readyAt }) => readyAt !== undefined) ? 'met' : 'pending' }
  }
  // Those that were queued after this run are not what it waits for.
  if (open.some(({ id }) => id < run.id)) return { task, state: 'pending' }
  return { task, state: last?.state === 'completed' ? 'met' : 'failed' }
}
