/** Which of the times that came up are run, and which are left out: after sleep, a stop, or a clock that was set. */

import type { Schedule } from '../../runner/task.ts'
import {
  lastSlots,
  type Moment,
  missedSlots,
  mostMadeUpFor,
  nextSlot,
  startOfSlot,
} from '../definition/schedule.ts'

/** A slot that is noticed this late is still on time; the scheduler looks at the clock at least so often, in ms. */
export const onTimeMs = 60_000
/**
 * A clock that was set back by no more than this runs no slot a second time; one that was set back further was
 * wrong before. The number is that of Vixie cron.
 */
export const clockCorrectionMs = 3 * 3_600_000

export interface DueSlots {
  /** In order. */
  start: Moment[]
  /** Those that are left out: how many, or at least how many; undefined when none is. */
  missed: { count: number; atLeast: boolean; first: Moment; last: Moment } | undefined
}

/**
 * A slot that is noticed in time is run. For the others, the task's `catch_up` is the rule: none of them, the last
 * one, or all (the latest hundred).
 *
 * @param after the last slot that was taken
 */
export function dueSlots(task: string, schedule: Schedule, after: Moment, now: Moment): DueSlots {
  const came = cameUp(task, schedule, after, now)
  const first = came[0]
  const newest = came.at(-1)
  if (first === undefined || newest === undefined) return { start: [], missed: undefined }
  const start = chosen(schedule, came, newest, now)
  // What is run is the end of what came, so all of this lies before it.
  const left = came.filter((slot) => !start.includes(slot))
  const last = left.at(-1)
  const missed = last !== undefined && {
    ...{ count: left.length, atLeast: came.length > mostMadeUpFor, first, last },
  }
  return { start, missed: missed || undefined }
}

/** The slots whose start has come, in order; of very many the latest. */
function cameUp(task: string, schedule: Schedule, after: Moment, now: Moment): Moment[] {
  const hasCome = (slot: Moment | undefined) => slot !== undefined && startOfSlot(task, schedule, slot) <= now
  const first = nextSlot(schedule, after)
  if (first === undefined || !hasCome(first)) return []
  // Nearly always it is one; to look back for more takes a hundred times as long.
  if (!hasCome(nextSlot(schedule, first))) return [first]
  return lastSlots(schedule, now, mostMadeUpFor + 1)
    .filter((slot) => slot > after && hasCome(slot))
    .reverse()
}

function chosen(schedule: Schedule, came: readonly Moment[], newest: Moment, now: Moment): Moment[] {
  const first = came[0] ?? newest
  const wanted = missedSlots(schedule, first - 1, newest).slots.filter((slot) => came.includes(slot))
  return wanted.length === 0 && now - newest <= onTimeMs ? [newest] : wanted
}

/**
 * The time after which the next slot is looked for: the last slot that was taken, so that none is run twice, even
 * when the clock was set back a little.
 */
export function lookAfter(taken: Moment, now: Moment, schedule: Pick<Schedule, 'everyMs'>): Moment {
  const ahead = taken - now
  if (ahead <= 0) return taken
  // A distance is about the time that passes, not about what the clock says.
  return schedule.everyMs !== undefined || ahead > clockCorrectionMs ? now : taken
}
