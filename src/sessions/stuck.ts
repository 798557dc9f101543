/** The ways in which a session is stuck, each with its own clock. Pure; it reports and never acts. */
import { z } from 'zod'
import type { SessionState } from '../agents/session-state.ts'

const minutes = (value: number) => z.number().positive().max(100_000).default(value)

/** After how many minutes; docs/signals.md says why. */
export const StuckLimits = z.strictObject({
  /** It says that it works, and neither screen nor report nor process tells of any work. */
  wedged: minutes(10),
  /** It shows an error, and nobody does anything about it. */
  errored: minutes(5),
  /** It rests, and its task is not done. */
  idle: minutes(15),
  /** It waits for an answer that does not come. */
  waiting: minutes(30),
  /** It sleeps on purpose (a limit, work in the background), beyond the time it gave. */
  dormant: minutes(12 * 60),
  /** The agent ended and left its shell behind. */
  dead: minutes(0.1),
})
export type StuckLimits = z.infer<typeof StuckLimits>

export type StuckClass = 'wedged' | 'errored' | 'idle' | 'waiting' | 'dormant' | 'dead'

export interface StuckFacts {
  state: SessionState
  /** When the state began, in ms. */
  since: number
  reason: string
  /** When the screen, a report or the process last showed a sign of life, in ms. */
  aliveAt: number
  /** The task is known not to be done. */
  openTask: boolean
  /** Until when a limit holds, in ms, where it is known. */
  sleepsUntil?: number | undefined
  /** The foreground job is a shell, and has been since then, though it was an agent before; in ms. */
  shellSince?: number | undefined
}

export interface StuckVerdict {
  class: StuckClass
  reason: string
}

/**
 * The verdict for now, and when to ask again if nothing happens until then.
 *
 * @param limits in minutes
 */
export function judgeStuck(
  facts: StuckFacts,
  limits: StuckLimits,
  now: number,
): { stuck?: StuckVerdict; againAt?: number } {
  let againAt = Number.POSITIVE_INFINITY
  for (const [name, from, reason] of clocksOf(facts)) {
    const due = from + limits[name] * 60_000
    if (now >= due) return { stuck: { class: name, reason: `${name}: ${reason} for ${ageText(now - from)}` } }
    againAt = Math.min(againAt, due)
  }
  return Number.isFinite(againAt) ? { againAt } : {}
}

function* clocksOf(facts: StuckFacts): Generator<[StuckClass, number, string]> {
  const { state, since, reason, aliveAt, openTask, sleepsUntil, shellSince } = facts
  if (shellSince !== undefined && state !== 'exited') {
    yield ['dead', shellSince, 'the agent has ended and its shell is in the foreground']
  }
  if (state === 'working') yield ['wedged', Math.max(since, aliveAt), 'no sign of life']
  if (state === 'errored') yield ['errored', since, reason]
  if (state === 'waiting') yield ['waiting', since, `unanswered (${reason})`]
  if (state === 'idle' && openTask) yield ['idle', since, 'it rests with an unfinished task']
  if (state === 'limited') yield ['dormant', sleepsUntil ?? since, 'it sleeps because of a limit']
}

function ageText(ms: number): string {
  const whole = Math.floor(ms / 60_000)
  if (whole < 1) return `${Math.floor(ms / 1_000)} s`
  return whole < 120 ? `${whole} min` : `${Math.floor(whole / 60)} h`
}
