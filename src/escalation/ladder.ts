/** When an escalation is announced, goes one level up, or is announced again: a function of its record and the time. */
import { type Announcement, deliveringAnswer, type Escalation, isOpen, type Level } from './escalation.ts'
import type { LadderRules } from './ladder-rules.ts'
import { silentUntil } from './quiet-hours.ts'

export type Move =
  | { do: 'announce' }
  | { do: 'raise'; to: Level }
  | { do: 'remind' }
  /** Undefined: nothing will happen by itself. */
  | { do: 'wait'; until?: number; next?: 'announce' | 'raise' | 'remind' }

/** A mailbox that could not be written to is tried again after this, and then less and less often. */
const mailAgainMs = 5_000

/** What is to be done with an open escalation at `now` (ms since 1970). */
export function nextMove(escalation: Escalation, rules: LadderRules, now: number): Move {
  if (!isOpen(escalation) || escalation.level === 'policy') return { do: 'wait' }
  // Whoever answered has done their part; when it does not arrive, the clock goes on.
  if (deliveringAnswer(escalation)) return { do: 'wait' }
  const held = heldUntil(escalation)
  const quiet = quietEnd(escalation, rules, now) ?? 0
  const rounds = roundsOf(escalation)
  const [first] = rounds
  const last = rounds.at(-1)
  if (!first || !last) return due('announce', Math.max(held, quiet), now)
  const again = mailAgain(rounds, rules)
  if (escalation.parked)
    return again === undefined ? { do: 'wait' } : due('announce', Math.max(again, held), now)
  const above = levelAbove(escalation)
  const raiseAt = above ? Math.max(first.at + rules.afterMs, held) : Number.POSITIVE_INFINITY
  if (again !== undefined && again < raiseAt) return due('announce', Math.max(again, held), now)
  if (above) return raiseAt > now ? due('raise', raiseAt, now) : { do: 'raise', to: above }
  const repeats = rounds.length - 1
  const gap = Math.min(rules.remind.firstMs * rules.remind.factor ** repeats, rules.remind.longestMs)
  const reminder = repeats >= rules.remind.limit ? Number.POSITIVE_INFINITY : last.at + gap
  const at = Math.min(reminder, morning(escalation, rules, rounds))
  return at === Number.POSITIVE_INFINITY ? { do: 'wait' } : due('remind', Math.max(at, held, quiet), now)
}

/** The level above the present one; undefined at the top. */
export function levelAbove({ ladder, level }: Pick<Escalation, 'ladder' | 'level'>): Level | undefined {
  const index = ladder.indexOf(level)
  return ladder[index + 1]
}

function due(next: 'announce' | 'raise' | 'remind', at: number, now: number): Move {
  if (at > now) return { do: 'wait', until: at, next }
  return next === 'announce' ? { do: 'announce' } : { do: 'remind' }
}

interface Round {
  at: number
  /** None of its mail could be written. */
  mailFailed: boolean
}

/** What was announced since it came to its level: those that were told at once are one round. */
function roundsOf({ told, level, levelSince }: Escalation): Round[] {
  const byRepeat = new Map<number, Announcement[]>()
  for (const one of told) {
    if (one.level !== level || one.at < levelSince) continue
    byRepeat.set(one.repeat, [...(byRepeat.get(one.repeat) ?? []), one])
  }
  return [...byRepeat.values()].map((round) => ({
    at: Math.max(...round.map(({ at }) => Date.parse(at))),
    mailFailed: isMailFailed(round),
  }))
}

/** Whoever else was told: the mailbox is who is asked. */
export function isMailFailed(round: readonly Announcement[]): boolean {
  const mail = round.filter(({ channel }) => channel === 'mail')
  return mail.length > 0 && mail.every(({ state }) => state === 'failed')
}

/** When mail is tried again that nobody has got; undefined when somebody has. */
function mailAgain(rounds: readonly Round[], { afterMs }: LadderRules): number | undefined {
  const last = rounds.at(-1)
  if (!last || rounds.some(({ mailFailed }) => !mailFailed)) return undefined
  return last.at + Math.min(mailAgainMs * 2 ** (rounds.length - 1), Math.max(afterMs, mailAgainMs))
}

/** When an `ack` or a `snooze` ends, in ms; 0 when there is none. */
export function heldUntil({ ack, snoozedUntil }: Pick<Escalation, 'ack' | 'snoozedUntil'>): number {
  return Math.max(ack ? Date.parse(ack.until) : 0, snoozedUntil ? Date.parse(snoozedUntil) : 0)
}

/** Only people sleep, and not those that something reaches all the same. */
function quietEnd(escalation: Escalation, { quiet, ways }: LadderRules, now: number): number | undefined {
  if (escalation.level !== 'human' || ways?.loud) return undefined
  return silentUntil(escalation, quiet, now)
}

/** When those are told, in ms, whom quiet hours have kept from all that was announced; infinity: there are none. */
function morning(escalation: Escalation, { quiet, ways }: LadderRules, rounds: readonly Round[]): number {
  if (escalation.level !== 'human' || !ways?.loud || !ways.hushed) return Number.POSITIVE_INFINITY
  const ends = rounds.map(({ at }) => silentUntil(escalation, quiet, at))
  const end = ends.includes(undefined) ? undefined : ends.at(-1)
  return end ?? Number.POSITIVE_INFINITY
}
