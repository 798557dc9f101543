/** The tasks of a project in the order in which they are due, and why one of them would have to wait. */
import type { Listed, ListedDocument, UnfitDocument } from './list-documents.ts'
import { whyNotYet } from './needs.ts'
import { compareKeys, type QueueKey } from './queue-order.ts'
import type { QueueState } from './queue-state.ts'

export interface QueuedTask extends ListedDocument {
  status: 'queued' | 'held'
  /** What it waits for; empty when it only waits for its turn. */
  reason: string
  /** Where it stands. */
  key: QueueKey
}

export interface ProjectQueue {
  tasks: QueuedTask[]
  unfit: UnfitDocument[]
}

export function queueOf({ documents, unfit }: Listed, state: QueueState): ProjectQueue {
  const byId = new Map(documents.map((document) => [document.id, document]))
  const needsOf = (other: string) => byId.get(other)?.settings.needs ?? []
  const stateOf = (other: string) => (byId.has(other) ? 'queued' : undefined)
  const tasks = documents.map((document): QueuedTask => {
    const { id, stamp, settings } = document
    const { held_since, place } = state.tasks[id] ?? {}
    return {
      ...document,
      status: held_since === undefined ? 'queued' : 'held',
      reason: held_since === undefined ? (whyNotYet(id, needsOf, stateOf) ?? '') : `since ${held_since}`,
      key: place ?? { priority: settings.priority, stamp, id, turn: 0 },
    }
  })
  return { tasks: tasks.sort((a, b) => compareKeys(a.key, b.key)), unfit }
}
