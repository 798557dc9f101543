/** When an escalation is announced, goes one level up, or is announced again: a function of its record and the time. */
import type { Escalation, Level } from './escalation.ts'
import { isOpen } from './escalation.ts'
import type { LadderRules } from './ladder-rules.ts'
import { quietUntil } from './quiet-hours.ts'

export type Move =
  | { do: 'announce' }
  | { do: 'raise'; to: Level }
  | { do: 'remind' }
  /** Undefined: nothing will happen by itself. */
  | { do: 'wait'; until?: number; next?: 'announce' | 'raise' | 'remind' }

/** What is to be done with an open escalation at `now` (ms since 1970). */
export function nextMove(escalation: Escalation, rules: LadderRules, now: number): Move {
  if (!isOpen(escalation) || escalation.level === 'policy') return { do: 'wait' }
  const held = heldUntil(escalation)
  const told = escalation.told.filter(({ level }) => level === escalation.level)
  const last = told.at(-1)
  if (!last) {
    const from = Math.max(held, quietEnd(escalation, rules, now) ?? 0)
    return from > now ? { do: 'wait', until: from, next: 'announce' } : { do: 'announce' }
  }
  const above = levelAbove(escalation)
  const first = Date.parse(told[0]?.at ?? last.at)
  if (above) {
    const at = Math.max(first + rules.afterMs, held)
    return at > now ? { do: 'wait', until: at, next: 'raise' } : { do: 'raise', to: above }
  }
  const repeats = last.repeat
  if (repeats >= rules.remind.limit) return { do: 'wait' }
  const gap = Math.min(rules.remind.firstMs * rules.remind.factor ** repeats, rules.remind.longestMs)
  const at = Math.max(Date.parse(last.at) + gap, held, quietEnd(escalation, rules, now) ?? 0)
  return at > now ? { do: 'wait', until: at, next: 'remind' } : { do: 'remind' }
}

/** The level above the present one; undefined at the top. */
export function levelAbove({ ladder, level }: Pick<Escalation, 'ladder' | 'level'>): Level | undefined {
  const index = ladder.indexOf(level)
  return ladder[index + 1]
}

function heldUntil({ ack, snoozedUntil }: Escalation): number {
  return Math.max(ack ? Date.parse(ack.until) : 0, snoozedUntil ? Date.parse(snoozedUntil) : 0)
}

/** Only people sleep. */
function quietEnd(escalation: Escalation, rules: LadderRules, now: number): number | undefined {
  if (escalation.level !== 'human' || !rules.quiet || escalation.urgency === 'critical') return undefined
  if (rules.quiet.except.includes(escalation.kind)) return undefined
  return quietUntil(rules.quiet, now)
}
