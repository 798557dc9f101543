/** Stops the clock of an escalation for a while: somebody is on it, or wants to hear of it later. */
import type { Escalation } from './escalation.ts'

export type Hold = Escalation['holds'][number]

/** What changes in the record. */
export function held(escalation: Escalation, hold: Hold): Partial<Escalation> {
  const { by, how, until } = hold
  const holds = [...escalation.holds, hold]
  return how === 'ack' ? { ack: { by, until }, holds } : { snoozedUntil: until, holds }
}
