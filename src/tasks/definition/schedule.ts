/**
 * When a task is due. A *slot* is a moment that the schedule names; a run is started in it, or a little later
 * with `jitter`. Slots follow from the schedule alone, never from when something ran: nothing drifts.
 */
import { createHash } from 'node:crypto'
import type { Schedule } from '../../runner/task.ts'
import { cronOf } from './cron.ts'

/** Milliseconds since 1970. */
export type Moment = number

export interface MissedSlots {
  /** Those to make up for, the oldest first. */
  slots: Moment[]
  /** Whether there are more that are not made up for: for any `none` or `last`, or too many for `all`. */
  more: boolean
}

/** `all` makes up for the latest hundred: a machine that slept for a week is not to be busy for a week. */
export const mostMadeUpFor = 100

/** The first slot after `moment`; undefined when there is none any more. */
export function nextSlot(schedule: Schedule, moment: Moment): Moment | undefined {
  return nextSlots(schedule, moment, 1)[0]
}

/** The first `count` slots after `moment`. */
export function nextSlots(schedule: Schedule, moment: Moment, count: number): Moment[] {
  const { cron, everyMs, timezone } = schedule
  if (cron !== undefined) {
    return cronOf(cron, timezone)
      .nextRuns(count, new Date(moment))
      .map((date) => date.getTime())
  }
  if (everyMs === undefined) return []
  // From 1970 on, so that it takes no record to know them.
  const first = Math.floor(moment / everyMs) + 1
  return Array.from({ length: count }, (_, index) => (first + index) * everyMs)
}

/** The last `count` slots that are not after `moment`, the latest first. */
export function lastSlots(schedule: Schedule, moment: Moment, count: number): Moment[] {
  const { cron, everyMs, timezone } = schedule
  if (cron !== undefined) {
    // Croner leaves out a run at the moment itself.
    return cronOf(cron, timezone)
      .previousRuns(count, new Date(moment + 1))
      .map((date) => date.getTime())
  }
  if (everyMs === undefined) return []
  const last = Math.floor(moment / everyMs)
  return Array.from({ length: count }, (_, index) => (last - index) * everyMs)
}

/**
 * What `catch_up` makes of the slots after `since` up to and with `until`, which nobody was there to take.
 *
 * @param since the last slot that was taken, or the moment from which on the task is scheduled
 */
export function missedSlots(schedule: Schedule, since: Moment, until: Moment): MissedSlots {
  const wanted = { none: 0, last: 1, all: mostMadeUpFor }[schedule.catchUp]
  const found = lastSlots(schedule, until, wanted + 1).filter((slot) => slot > since)
  return { slots: found.slice(0, wanted).reverse(), more: found.length > wanted }
}

/**
 * When the run of a slot starts: up to `jitter` later, always the same for the same task and slot, and before the
 * next slot.
 */
export function startOfSlot(task: string, schedule: Schedule, slot: Moment): Moment {
  if (schedule.jitterMs === 0) return slot
  const next = nextSlot(schedule, slot)
  const room = Math.min(schedule.jitterMs, next === undefined ? schedule.jitterMs : next - slot)
  return slot + Math.floor(partOf(`${task}@${slot}`) * room)
}

/** From 0 to below 1, evenly. */
function partOf(text: string): number {
  const bits = createHash('sha256').update(text).digest().readUIntBE(0, 6)
  return bits / 2 ** 48
}
