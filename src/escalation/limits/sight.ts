/** What a session shows of the limit of its account: a function of what its watching has found. */
import type { Explanation } from '../../sessions/explanation.ts'
import type { SessionInfo } from '../../sessions/session-info.ts'
import type { SessionRecord } from '../../sessions/session-record.ts'
import type { Sight } from './account-limit.ts'

export interface Seen {
  readonly id: string
  readonly name: string
  readonly record: Readonly<SessionRecord>
  /** Undefined while nobody follows it. */
  explain(): Explanation | undefined
  info(): Pick<SessionInfo, 'state' | 'since' | 'inFront' | 'evidence' | 'reason'>
}

/** A reading that is less sure of itself says nothing about an account. */
const leastConfidence = 0.8
/** Its own word that the turn ended well comes at the moment when the screen comes to rest. */
const sameMomentMs = 2_000
/** Longest evidence that is kept: a line of a screen. */
const longestEvidence = 200

/** @param workedAt when it began to work on something new, in ms */
export function sightOf(session: Seen, workedAt: number | undefined): Sight {
  const { id, name, record } = session
  const about = { session: id, name, workedAt, evidence: '' }
  if (record.exit) return { ...about, word: 'gone', sure: true, since: Date.parse(record.exit.at) }
  const explanation = session.explain()
  const info = session.info()
  const nothing: Sight = { ...about, word: 'unknown', sure: false, since: Date.parse(info.since) }
  // Another agent that somebody started in it may have another account.
  if (!explanation || info.inFront !== undefined) return nothing
  const { state, since } = info
  const blocked = limitOf(record, explanation)
  if (blocked) return { ...about, ...blocked }
  if (record.waitsFor?.kind === 'limit' || record.waitsFor?.kind === 'login') return nothing
  const isWell = state === 'working' || state === 'idle' || state === 'waiting'
  if (isWell) return { ...about, word: 'well', sure: true, since: Date.parse(since) }
  if (state !== 'errored') return nothing
  const evidence = info.evidence || info.reason
  return { ...about, word: 'failed', sure: false, since: Date.parse(since), evidence: short(evidence) }
}

type Limited = Pick<Sight, 'word' | 'sure' | 'since' | 'evidence' | 'resetsAt'>

/**
 * Only what an agent says of itself, or shows in its own place on the screen, counts; lines of programs do not.
 * A login that a dialog asks for has not failed: it was not tried.
 */
function limitOf({ waitsFor }: SessionRecord, { reading, signals }: Explanation): Limited | undefined {
  const kind = waitsFor?.kind
  if (!waitsFor || (kind !== 'limit' && kind !== 'login')) return undefined
  const since = Date.parse(waitsFor.since)
  const resetsAt = waitsFor.resetsAt === undefined ? undefined : Date.parse(waitsFor.resetsAt)
  const limited = { word: kind, since, resetsAt, evidence: short(waitsFor.text) }
  const hook = signals.find(({ source }) => source === 'hook')
  if (hook?.blocker === kind) return { ...limited, sure: true }
  if (waitsFor.prompt) {
    const isInFront = reading?.prompt?.fingerprint === waitsFor.prompt.fingerprint
    return kind === 'limit' && isInFront && reading.confidence >= leastConfidence
      ? { ...limited, sure: true }
      : undefined
  }
  // It has told that its turn ended well: what looks like a limit is text.
  if (hook?.state === 'idle' && hook.at >= since - sameMomentMs) return undefined
  if (waitsFor.source === 'program-status') return { ...limited, sure: false }
  const isRead = reading?.blocker === kind && reading.confidence >= leastConfidence
  return waitsFor.source === 'screen' && isRead ? { ...limited, sure: false } : undefined
}

function short(text: string): string {
  return text.slice(0, longestEvidence)
}
