/** How far the schedule of each task was followed: `state/tasks/<task>/schedule.json`. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileUnsynced } from '../../lib/atomic-file.ts'
import { ensurePrivateDirectory, type Home } from '../../lib/home.ts'
import type { Run } from '../../runner/run.ts'
import { taskDirectory } from '../../runner/run-paths.ts'
import { readState } from './state-file.ts'

const SlotRecord = z.object({
  version: z.literal(1),
  /** The last slot that was taken, run or left out, in ms since 1970. */
  taken: z.number(),
  /** What the schedule was then: another one begins anew. */
  schedule: z.string(),
  /** The newest run of the task when this was written: a later run may be of a later slot. */
  run: z.string().optional(),
})
export type SlotRecord = Omit<z.infer<typeof SlotRecord>, 'version'>

/**
 * The record of a run is what takes its slot; this file says so for slots that were left out and for runs that are
 * not kept any more. It is written after the record, and not waited for: what a crash takes of it stands in the runs.
 */
export class SlotStore {
  readonly #home: Home
  readonly #broken: (kept: string, why: unknown) => void

  constructor(home: Home, broken: (kept: string, why: unknown) => void) {
    this.#home = home
    this.#broken = broken
  }

  read(task: string): SlotRecord | undefined {
    return readState(this.#path(task), SlotRecord, this.#broken)
  }

  write(task: string, record: SlotRecord): void {
    ensurePrivateDirectory(taskDirectory(this.#home, task))
    writeFileUnsynced(this.#path(task), JSON.stringify({ version: 1, ...record }))
  }

  /** The schedule is followed no longer: when it is again, nothing of the time between was missed. */
  forget(task: string): void {
    rmSync(this.#path(task), { force: true })
  }

  #path(task: string): string {
    return join(taskDirectory(this.#home, task), 'schedule.json')
  }
}

/** The latest slot that these runs have taken. */
export function latestSlot(runs: readonly Run[]): number | undefined {
  const slots = runs.flatMap(({ cause: { scheduledFor } }) =>
    scheduledFor === undefined ? [] : [Date.parse(scheduledFor)],
  )
  return slots.length > 0 ? Math.max(...slots) : undefined
}
