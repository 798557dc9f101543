/** Which task of a project is next. Depends on nothing but its arguments. */
import type { Settings } from '../document.ts'
import { compareKeys, type QueueKey } from '../queue-order.ts'
import type { TaskMark } from '../queue-state.ts'

/** A document that can be worked on. */
export interface Candidate {
  id: string
  stamp: string
  settings: Pick<Settings, 'priority' | 'needs'>
}

/** What was done with a task so far. */
export interface TaskFacts {
  /** How it ended, when it is over. */
  over?: 'completed' | 'failed' | 'cancelled'
  /** When the next attempt begins after one that failed; in ms since 1970. */
  nextAttemptAt?: number
}

export interface QueueNow {
  documents: readonly Candidate[]
  marks: Readonly<Record<string, TaskMark>>
  facts(id: string): TaskFacts
  /** Documents that somebody is still writing, and that the others are to wait for. */
  settling: readonly { id: string; stamp: string }[]
  now: number
}

export type Choice =
  | { kind: 'begin'; id: string; urgent: boolean }
  /** Nothing before this time, in ms since 1970. */
  | { kind: 'wait'; until: number; for: string }
  /** One that comes before all others may be there in a moment. */
  | { kind: 'settling' }
  | { kind: 'nothing' }

/**
 * In their order; those that somebody wants now go first. A task that is tried again keeps its place, and those after
 * it wait: they may build on what it does. One that is held, or needs another one, lets the others go first.
 */
export function chooseNext({ documents, marks, facts, settling, now }: QueueNow): Choice {
  const waiting = documents
    .filter(({ id }) => facts(id).over === undefined)
    .map((document) => ({ document, key: keyOf(document, marks), since: marks[document.id]?.run_now_since }))
    .sort((a, b) => compareUrgency(a.since, b.since) || compareKeys(a.key, b.key))
  for (const { document, key, since } of waiting) {
    const { id, settings } = document
    const urgent = since !== undefined
    if (!urgent && marks[id]?.held_since !== undefined) continue
    if (!settings.needs.every((needed) => facts(needed).over === 'completed')) continue
    if (urgent) return { kind: 'begin', id, urgent }
    const { nextAttemptAt = now } = facts(id)
    if (nextAttemptAt > now) return { kind: 'wait', until: nextAttemptAt, for: id }
    const isBefore = (other: { id: string; stamp: string }) =>
      other.id !== id && compareKeys({ ...other, priority: key.priority, turn: 0 }, key) < 0
    return settling.some(isBefore) ? { kind: 'settling' } : { kind: 'begin', id, urgent }
  }
  return { kind: 'nothing' }
}

function keyOf({ id, stamp, settings }: Candidate, marks: QueueNow['marks']): QueueKey {
  return marks[id]?.place ?? { priority: settings.priority, stamp, id, turn: 0 }
}

/** Who asked first goes first, and before those that nobody asked for. */
function compareUrgency(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined) return 1
  if (b === undefined) return -1
  return a < b ? -1 : 1
}
