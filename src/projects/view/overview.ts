/** How a project is, in a few numbers. Pure. */
import type { TaskStatus } from '../run/task-result.ts'
import { type Cost, localDay, spendingsOf, sumOf } from './cost.ts'
import type { ProjectFiles } from './read-project.ts'
import { isWorkedOn, type ProjectView, type TaskView } from './task-view.ts'

export interface Overview {
  /** How many tasks are in each state. */
  counts: Record<TaskStatus, number>
  /** What goes on, and what waits for an answer. */
  working: TaskView[]
  /** Of this day, here. */
  today: { completed: number; failed: number; cancelled: number; cost: Cost }
}

/** When this day began, here: of what was over before then an overview needs nothing but how it ended. */
export function startOfDay(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0)
}

/** @param now ms since 1970 */
export function overviewOf({ tasks }: ProjectView, { begun, past }: ProjectFiles, now: number): Overview {
  const counts: Overview['counts'] = {
    ...{ queued: 0, held: 0, running: 0, blocked: 0 },
    ...{ retrying: 0, completed: 0, failed: 0, cancelled: 0 },
  }
  for (const { state } of tasks) counts[state] += 1
  for (const state of past.values()) counts[state] += 1
  const day = localDay(now)
  const isToday = (moment: string | undefined) => moment !== undefined && localDay(moment) === day
  const ended = (wanted: TaskStatus) =>
    tasks.filter(({ state, endedAt }) => state === wanted && isToday(endedAt)).length
  const spent = [...begun.values()]
    .flatMap(({ result }) => (result && 'value' in result ? spendingsOf(result.value) : []))
    .filter(({ at }) => isToday(at))
  return {
    counts,
    working: tasks.filter(isWorkedOn),
    today: {
      completed: ended('completed'),
      failed: ended('failed'),
      cancelled: ended('cancelled'),
      cost: sumOf(spent.map(({ cost }) => cost)),
    },
  }
}
