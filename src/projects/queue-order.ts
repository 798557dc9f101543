/** Who goes before whom. */
import { z } from 'zod'

/** A place in the queue: by priority, time and name, unless somebody moved it. */
export const QueueKey = z.object({
  priority: z.number(),
  stamp: z.string(),
  id: z.string(),
  /** Among those that were moved to the same place. */
  turn: z.int(),
})
export type QueueKey = z.infer<typeof QueueKey>

export function compareKeys(a: QueueKey, b: QueueKey): number {
  return b.priority - a.priority || compare(a.stamp, b.stamp) || compare(a.id, b.id) || a.turn - b.turn
}

/**
 * The new keys of those whose keys change when one is moved beside another one. They take the place of that other
 * one, so that documents that come later still find theirs between all of them.
 *
 * @param queue keys by id, in any order
 */
export function movedKeys(
  queue: ReadonlyMap<string, QueueKey>,
  moved: string,
  side: 'before' | 'after',
  other: string,
): Map<string, QueueKey> {
  const base = queue.get(other)
  if (!base || moved === other) return new Map()
  const group = [...queue]
    .filter(([id, key]) => id !== moved && sameBase(key, base))
    .sort(([, a], [, b]) => compareKeys(a, b))
    .map(([id]) => id)
  const at = group.indexOf(other) + (side === 'before' ? 0 : 1)
  const order = [...group.slice(0, at), moved, ...group.slice(at)]
  return new Map(order.map((id, turn) => [id, { ...base, turn }]))
}

function sameBase(a: QueueKey, b: QueueKey): boolean {
  return a.priority === b.priority && a.stamp === b.stamp && a.id === b.id
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
