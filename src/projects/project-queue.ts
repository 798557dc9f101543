/** The tasks of a project in the order in which they are due, and why one of them would have to wait. */
import type { Listed, ListedDocument, UnfitDocument } from './list-documents.ts'
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
  const tasks = documents.map((document): QueuedTask => {
    const { id, stamp, settings } = document
    const { held_since, place } = state.tasks[id] ?? {}
    return {
      ...document,
      status: held_since === undefined ? 'queued' : 'held',
      reason: held_since === undefined ? needsText(document, byId) : `since ${held_since}`,
      key: place ?? { priority: settings.priority, stamp, id, turn: 0 },
    }
  })
  return { tasks: tasks.sort((a, b) => compareKeys(a.key, b.key)), unfit }
}

function needsText(document: ListedDocument, byId: ReadonlyMap<string, ListedDocument>): string {
  const { needs } = document.settings
  const missing = needs.filter((id) => !byId.has(id))
  if (missing.length > 0) return `needs ${missing.join(', ')}, which is no task here`
  const circle = circleFrom(document, byId)
  if (circle) return `needs itself: ${circle.join(' → ')}`
  return needs.length === 0 ? '' : `after ${needs.join(', ')}`
}

/** The shortest way by which it needs itself. */
function circleFrom(start: ListedDocument, byId: ReadonlyMap<string, ListedDocument>): string[] | undefined {
  const seen = new Set<string>()
  let ways = [[start.id]]
  while (ways.length > 0) {
    const longer: string[][] = []
    for (const way of ways) {
      for (const next of byId.get(way.at(-1) ?? '')?.settings.needs ?? []) {
        if (next === start.id) return [...way, next]
        if (seen.has(next)) continue
        seen.add(next)
        longer.push([...way, next])
      }
    }
    ways = longer
  }
  return undefined
}
