/** `state/queue.json` of a project: what was done with its tasks that no document says. */
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { readJsonFile } from '../lib/json-file.ts'
import { projectDirectory } from './project-directory.ts'
import { makeOwnPlace, placesIn } from './project-places.ts'
import { QueueKey } from './queue-order.ts'
import { underLock } from './under-lock.ts'

/** A newer version of the file may mean something else by the same words. */
const version = 1

const TaskMark = z.looseObject({
  /** Since when nobody shall begin it (ISO). */
  held_since: z.string().optional(),
  /** The place that it was moved to. */
  place: QueueKey.optional(),
  /** Since when it is to go before all others (ISO), until it begins. */
  run_now_since: z.string().optional(),
  /** Since when its document was not seen (ISO): an editor may be replacing it. */
  gone_since: z.string().optional(),
})
export type TaskMark = z.infer<typeof TaskMark>

const QueueState = z.looseObject({ version: z.literal(version), tasks: z.record(z.string(), TaskMark) })
export type QueueState = z.infer<typeof QueueState>

/** @throws {OrchError} `invalid-config` when it cannot be understood, `newer-home` when a newer version wrote it */
export function readQueueState(project: string): QueueState {
  return readJsonFile(stateFile(project), QueueState, { code: 'invalid-config' }) ?? { version, tasks: {} }
}

/** Changes the file while nobody else does. */
export async function changeQueueState(
  project: string,
  change: (state: QueueState) => QueueState,
): Promise<void> {
  const path = stateFile(project)
  // A project whose disk is not mounted is not made anew beside it.
  makeOwnPlace(placesIn(projectDirectory(project)).state)
  await underLock(join(placesIn(project).state, 'queue.lock'), () =>
    writeFileAtomic(path, `${JSON.stringify(change(readQueueState(project)), null, 2)}\n`),
  )
}

function stateFile(project: string): string {
  return join(placesIn(project).state, 'queue.json')
}
