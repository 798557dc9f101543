/** How far the schedule of each task was followed: `state/tasks/<task>/schedule.json`. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Home } from '../../lib/home.ts'
import { copyFileAside, lookAtJsonFile, type SetAside, writeJsonFile } from '../../lib/json-file.ts'
import type { Run } from '../../runner/run.ts'
import { taskDirectory } from '../../runner/run-paths.ts'
import type { Schedule } from '../../runner/task.ts'

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

/** There is a record, and nobody knows what it said. */
export interface LostRecord {
  lost: string
}

/**
 * The record of a run is what takes its slot; this file says so for slots that were left out and for runs that are
 * not kept any more. It is written after the record, and not waited for: what a crash takes of it stands in the runs.
 */
export class SlotStore {
  readonly #home: Home

  constructor(home: Home) {
    this.#home = home
  }

  /** Undefined when the schedule was not followed before. @throws when the system refuses to tell */
  read(task: string): SlotRecord | LostRecord | undefined {
    const file = lookAtJsonFile(this.#path(task), SlotRecord)
    if (file.kind === 'read') return file.value
    if (file.kind === 'unreadable') throw file.cause
    return file.kind === 'missing' ? undefined : { lost: file.why }
  }

  write(task: string, record: SlotRecord): void {
    writeJsonFile(this.#path(task), { version: 1, ...record }, { unsynced: true })
  }

  /** A copy of what cannot be understood is kept: until the next {@link write} it says that there was a record. */
  keepAside(task: string, { lost: why }: LostRecord): SetAside {
    const path = this.#path(task)
    return { path, kept: copyFileAside(path), why }
  }

  /** The schedule is followed no longer: when it is again, nothing of the time between was missed. */
  forget(task: string): void {
    rmSync(this.#path(task), { recursive: true, force: true })
  }

  #path(task: string): string {
    return join(taskDirectory(this.#home, task), 'schedule.json')
  }
}

/** The latest slot of this schedule that these runs have taken. */
export function latestSlot(runs: readonly Run[], schedule: Schedule): number | undefined {
  const slots = runs.flatMap(({ cause: { scheduledFor }, definition }) =>
    scheduledFor === undefined || !isDeepStrictEqual(definition.schedule, schedule)
      ? []
      : [Date.parse(scheduledFor)],
  )
  return slots.length > 0 ? Math.max(...slots) : undefined
}
