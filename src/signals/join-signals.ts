/** Makes one state of what all sources say. Pure: the time is an argument. */
import type { BlockerKind, SessionState } from '../agents/session-state.ts'
import { type Signal, type SignalSource, signalSources } from './signal.ts'
import { type Standing, standingOf } from './signal-table.ts'

export interface OtherWord {
  source: SignalSource
  state: SessionState
  reason: string
  evidence: string
  /** Ms since it was said last. */
  ageMs: number
  /** Why it does not decide. */
  because: 'agrees' | 'weaker' | 'contradicted' | 'stale' | 'tells-nothing'
}

export interface JoinedState {
  state: SessionState
  reason: string
  /** When the session began to be in this state, in ms. */
  since: number
  source: SignalSource | 'none'
  evidence: string
  blocker?: BlockerKind
  others: OtherWord[]
  /** When to join again although nothing new is heard: something grows stale, or idle becomes believable. */
  againAt?: number
}

/** A program that has just been started is given so long to say or show anything, in ms. */
const startMs = 30_000
/** Between two tools and two turns everything is quiet for a moment. */
const idleHoldMs = 1_500
/** Their idle needs no second look. (A hook's does: `Stop` also fires while helpers work on.) */
const sureOfIdle: ReadonlySet<SignalSource> = new Set(['program-status', 'prompt-mark'])

/**
 * @param signals the latest word of each source, in any order
 * @param before the state until now
 * @param now ms, never less than in the call before
 */
export function joinSignals(
  signals: readonly Signal[],
  before: Pick<JoinedState, 'state' | 'since'>,
  now: number,
): JoinedState {
  const heard = signals
    .map((signal) => ({ signal, standing: standingOf(signal) }))
    .toSorted((left, right) => rank(left.signal) - rank(right.signal))
  const candidates = heard
    .filter(isTelling)
    .filter(({ standing, signal }) => signal.at + standing.fresh > now)
  const screen = candidates.find(({ signal }) => signal.source === 'screen')?.signal
  const standing = candidates.filter((candidate) => !isContradicted(candidate, screen))
  const winner = overIdleScreen(standing) ?? standing[0]
  const others = (decided: Signal | undefined) =>
    heard
      .filter(({ signal }) => signal !== decided)
      .map(({ signal }) => otherWord(signal, decided, candidates, standing, now))
  const again = nextLook(candidates, screen, now)
  if (!winner) return nobodyKnows(heard, before, others(undefined), again, now)
  const { signal } = winner
  const heldUntil = signal.since + idleHoldMs
  if (isHeldBack(signal, before.state) && heldUntil > now) {
    const reason = `it has just come to rest; idle is believed after ${idleHoldMs / 1_000} s`
    // What it waited for is over all the same: its blocker is not held back with the state.
    const { state, since } = before
    const held = { state, since, reason, source: signal.source, evidence: signal.evidence }
    return { ...held, others: others(signal), againAt: Math.min(heldUntil, again ?? heldUntil) }
  }
  const { state, reason, source, evidence, blocker } = signal
  return {
    ...{ state, reason, source, evidence, since: state === before.state ? before.since : now },
    ...(blocker === undefined ? {} : { blocker }),
    others: others(signal),
    ...(again === undefined ? {} : { againAt: again }),
  }
}

interface Heard {
  signal: Signal
  standing: Standing | undefined
}

interface Candidate extends Heard {
  standing: Standing
}

function rank(signal: Signal): number {
  return signalSources.indexOf(signal.source)
}

function isTelling(heard: Heard): heard is Candidate {
  return heard.standing !== undefined
}

/** Whether a reading of the screen says otherwise, and was made long enough after the word. */
function isContradicted({ signal, standing }: Candidate, screen: Signal | undefined): boolean {
  const limit = limitAgainst(standing, screen)
  return (
    screen !== undefined && limit !== undefined && disagrees(signal, screen) && screen.at >= signal.at + limit
  )
}

function limitAgainst(standing: Standing, screen: Signal | undefined): number | undefined {
  return screen?.promptInFront ? standing.againstPrompt : standing.againstScreen
}

function disagrees(signal: Signal, screen: Signal): boolean {
  return signal.source !== 'screen' && signal.state !== screen.state
}

function overIdleScreen(standing: readonly Candidate[]): Candidate | undefined {
  const [first] = standing
  if (first?.signal.source !== 'screen' || first.signal.state !== 'idle') return undefined
  return standing.find((candidate) => candidate.standing.overIdleScreen)
}

function isHeldBack({ state, source }: Signal, before: SessionState): boolean {
  if (state !== 'idle' || sureOfIdle.has(source)) return false
  return before === 'working' || before === 'waiting' || before === 'starting'
}

function otherWord(
  signal: Signal,
  decided: Signal | undefined,
  candidates: readonly Candidate[],
  standing: readonly Candidate[],
  now: number,
): OtherWord {
  const { source, state, reason, evidence, at } = signal
  const among = (list: readonly Candidate[]) => list.some((candidate) => candidate.signal === signal)
  let because: OtherWord['because'] = 'weaker'
  if (standingOf(signal) === undefined) because = 'tells-nothing'
  else if (!among(candidates)) because = 'stale'
  else if (signal.state === decided?.state) because = 'agrees'
  else if (!among(standing)) because = 'contradicted'
  return { source, state, reason, evidence, ageMs: Math.max(0, now - at), because }
}

/** The first moment at which one of the words ceases to stand. */
function nextLook(
  candidates: readonly Candidate[],
  screen: Signal | undefined,
  now: number,
): number | undefined {
  const times = candidates.flatMap(({ signal, standing }) => {
    const limit = screen && disagrees(signal, screen) ? limitAgainst(standing, screen) : undefined
    return [signal.at + standing.fresh, ...(limit === undefined ? [] : [signal.at + limit])]
  })
  const next = Math.min(...times.filter((time) => time > now))
  return Number.isFinite(next) ? next : undefined
}

function nobodyKnows(
  heard: readonly Heard[],
  before: Pick<JoinedState, 'state' | 'since'>,
  others: OtherWord[],
  again: number | undefined,
  now: number,
): JoinedState {
  const base = { source: 'none' as const, evidence: '', others }
  const startEnds = before.since + startMs
  if (before.state === 'starting' && now < startEnds) {
    const againAt = Math.min(startEnds, again ?? startEnds)
    return { ...base, state: 'starting', since: before.since, reason: 'the program was started', againAt }
  }
  const since = before.state === 'unknown' ? before.since : now
  const last = heard
    .filter(isTelling)
    .map(({ signal }) => signal)
    .toSorted((left, right) => right.at - left.at)[0]
  const reason = last
    ? `nothing fresh tells what it does; the last word is ${ageText(now - last.at)} old: ${last.reason}`
    : 'nothing tells what it does'
  return { ...base, state: 'unknown', reason, since, ...(again === undefined ? {} : { againAt: again }) }
}

function ageText(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`
  return `${Math.round(ms / 60_000)} min`
}
