/** When each cron task is due next, and which slots have come. */

import { errorMessage } from '../../lib/errors.ts'
import type { Schedule, Task } from '../../runner/task.ts'
import { type Moment, nextSlot, startOfSlot } from '../definition/schedule.ts'
import { type DueSlots, dueSlots, lookAfter } from './due-slots.ts'
import type { LostRecord, SlotStore } from './slot-store.ts'

/** A task with a schedule that is followed. */
export interface Scheduled {
  name: Task['name']
  schedule: Schedule
}

interface Entry {
  schedule: Schedule
  key: string
  taken: Moment
  /** When the next slot's run starts; undefined when the schedule has none any more. */
  startAt: Moment | undefined
}

interface KnownSlot {
  taken: Moment
  /** It stands in the file of the schedule. */
  isWritten: boolean
}

export interface TimetableOptions {
  slots: SlotStore
  /** The latest slot of this schedule that runs newer than `run` have taken; of all runs when that is undefined. */
  latestSlot(task: string, schedule: Schedule, run: string | undefined): Moment | undefined
  /** Nobody can say how far the schedule was followed, but for its runs. */
  lost(task: string, why: LostRecord, latest: Moment | undefined): void
  /** Where a schedule begins, or that it is not followed any more, could not be written. */
  unwritten(task: string, why: unknown): void
}

export class Timetable {
  readonly #options: TimetableOptions
  readonly #entries = new Map<string, Entry>()
  readonly #refused = new Map<string, string>()

  constructor(options: TimetableOptions) {
    this.#options = options
  }

  /** Follows these schedules from now on. One that is new, or has changed, begins now: nothing of it is missed. */
  follow(tasks: readonly Scheduled[], now: Moment): void {
    const names = new Set(tasks.map(({ name }) => name))
    for (const name of this.#entries.keys()) {
      if (names.has(name)) continue
      this.#entries.delete(name)
      this.#try(name, () => this.#options.slots.forget(name))
    }
    this.#refused.clear()
    for (const { name, schedule } of tasks) {
      const key = JSON.stringify(schedule)
      if (this.#entries.get(name)?.key === key) continue
      const known = this.#knownNow(name, schedule, key)
      if (known === 'refused') continue
      const taken = known?.taken ?? now
      this.#enter(name, schedule, key, taken, now)
      // One that cannot be written down (a full disk) is followed nevertheless; its first slot writes it.
      if (!known?.isWritten) this.#try(name, () => this.#options.slots.write(name, { taken, schedule: key }))
    }
  }

  /** Schedules that are not followed before the system gives what it refuses: each with the reason. */
  get refused(): ReadonlyMap<string, string> {
    return this.#refused
  }

  /** After the clock was set. */
  recalculate(now: Moment): void {
    for (const [name, { schedule, key, taken }] of this.#entries) this.#enter(name, schedule, key, taken, now)
  }

  /** Those whose time has come; they stay due until they are {@link took}. */
  due(now: Moment): { task: string; slots: DueSlots }[] {
    const due: { task: string; slots: DueSlots }[] = []
    for (const [task, { schedule, taken, startAt }] of this.#entries) {
      if (startAt === undefined || startAt > now) continue
      due.push({ task, slots: dueSlots(task, schedule, taken, now) })
    }
    return due
  }

  /** The slot has its run, or is left out. */
  took(task: string, slot: Moment, run: string | undefined, now: Moment): void {
    const entry = this.#entries.get(task)
    if (!entry) return
    const { schedule, key } = entry
    this.#enter(task, schedule, key, slot, now)
    this.#options.slots.write(task, { taken: slot, schedule: key, ...(run !== undefined && { run }) })
  }

  nextOf(task: string): Moment | undefined {
    return this.#entries.get(task)?.startAt
  }

  /** When something is due; undefined when nothing ever is. */
  nextAt(): Moment | undefined {
    let first: Moment | undefined
    for (const { startAt } of this.#entries.values()) {
      if (startAt !== undefined && (first === undefined || startAt < first)) first = startAt
    }
    return first
  }

  #knownNow(task: string, schedule: Schedule, key: string): KnownSlot | undefined | 'refused' {
    try {
      return this.#known(task, schedule, key)
    } catch (error) {
      this.#refused.set(task, errorMessage(error))
      return 'refused'
    }
  }

  /** The last slot that was taken under this very schedule; undefined when there is none. */
  #known(task: string, schedule: Schedule, key: string): KnownSlot | undefined {
    const { slots, latestSlot, lost } = this.#options
    const record = slots.read(task)
    if (record && 'lost' in record) {
      const latest = latestSlot(task, schedule, undefined)
      this.#try(task, () => lost(task, record, latest))
      return latest === undefined ? undefined : { taken: latest, isWritten: false }
    }
    if (record?.schedule !== key) return undefined
    const latest = latestSlot(task, schedule, record.run)
    return { taken: Math.max(record.taken, latest ?? record.taken), isWritten: true }
  }

  #try(task: string, write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#options.unwritten(task, error)
    }
  }

  #enter(task: string, schedule: Schedule, key: string, taken: Moment, now: Moment): void {
    const after = lookAfter(taken, now, schedule)
    const next = nextSlot(schedule, after)
    const startAt = next === undefined ? undefined : startOfSlot(task, schedule, next)
    this.#entries.set(task, { schedule, key, taken: after, startAt })
  }
}
