/**
 * Turns readings of single pictures into a state that does not flicker: busy at once, waiting when the same
 * prompt was seen twice or the screen came to rest, idle slowly.
 */
import type { Reading } from './reading/reading.ts'

export interface Settled {
  /** What holds. */
  reading: Reading
  /** When it began to hold, in ms. */
  since: number
  /** What was read last and does not hold yet. */
  candidate?: { reading: Reading; since: number; seen: number }
  /** When to settle again although no new picture came, in ms; undefined: not needed. */
  recheckAt?: number
}

/** Between two tools an agent's box is empty for less than this (ccmanager's measure, too). */
const idleAfterMs = 1_500
/** A screen that did not change for so long is at rest: no repaint is under way. */
const restMs = 150
/** A repaint shows nothing that can be recognised for less than this. */
const unknownAfterMs = 1_000

/**
 * @param previous what held before; undefined at the beginning, when everything holds at once
 * @param atRest the screen has not changed since the reading before
 */
export function settle(
  previous: Settled | undefined,
  reading: Reading,
  now: number,
  atRest = false,
): Settled {
  if (!previous) return { reading, since: now }
  if (sameState(previous.reading, reading)) return { reading, since: previous.since }
  const { candidate } = previous
  const goesOn = candidate !== undefined && sameState(candidate.reading, reading)
  const since = goesOn ? candidate.since : now
  const seen = goesOn ? candidate.seen + 1 : 1
  const due = since + patience(reading, seen, atRest)
  if (now >= due) return { reading, since }
  return { ...previous, candidate: { reading, since, seen }, recheckAt: due }
}

/** How long a reading must hold before it is believed. */
function patience(reading: Reading, seen: number, atRest: boolean): number {
  switch (reading.state) {
    case 'working':
    case 'starting':
      return 0
    case 'idle':
      return idleAfterMs
    case 'unknown':
    case 'exited':
      return unknownAfterMs
    default:
      return seen > 1 || atRest ? 0 : restMs
  }
}

function sameState(left: Reading, right: Reading): boolean {
  return left.state === right.state && left.prompt?.fingerprint === right.prompt?.fingerprint
}
