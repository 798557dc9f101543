/** Escalations of sessions that a limit has stopped: most of them only wait for the time. */
import type { EscalationDesk } from './escalation-desk.ts'

/** The session goes on by itself: nobody is reminded, and it goes up to nobody. */
export function park(desk: EscalationDesk, session: string, until: string | undefined, why: string): void {
  const open = desk.openOf(session)
  if (open?.kind !== 'limit') return
  const parked = { ...(until === undefined ? {} : { until }), why }
  if (JSON.stringify(open.parked) === JSON.stringify(parked)) return
  desk.update(open.id, { parked })
  desk.step(open.id)
}

/** It does not go on by itself: people are asked, again if they were told before. */
export function unpark(desk: EscalationDesk, session: string, why: string): void {
  const open = desk.openOf(session)
  if (open?.kind !== 'limit' && open?.kind !== 'login') return
  desk.update(open.id, { parked: undefined })
  desk.raise(open.id, 'limits', why, 'human')
}

/** What ended a blocker right after something was typed into its session. */
export function closingOf(via: 'terminal' | 'cli' | 'limits') {
  if (via === 'limits')
    return {
      outcome: 'answered',
      closing: 'it was made to go on after the limit',
      who: { from: via },
    } as const
  if (via === 'cli')
    return {
      outcome: 'answered',
      closing: 'somebody typed into it with `inject`',
      who: { from: 'human', via },
    } as const
  return {
    outcome: 'answered-in-terminal',
    closing: 'somebody answered in the terminal',
    who: { from: 'human', via },
  } as const
}
