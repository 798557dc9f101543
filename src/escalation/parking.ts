/** Escalations of sessions that a limit has stopped: most of them only wait for the time. */
import type { EscalationDesk } from './escalation-desk.ts'

export class Parking {
  readonly #desk: EscalationDesk

  constructor(desk: EscalationDesk) {
    this.#desk = desk
  }

  /** The session goes on by itself: nobody is reminded, and it goes up to nobody. */
  park(session: string, until: string | undefined, why: string): void {
    const open = this.#desk.openOf(session)
    if (open?.kind !== 'limit') return
    const parked = { ...(until === undefined ? {} : { until }), why }
    if (JSON.stringify(open.parked) === JSON.stringify(parked)) return
    this.#desk.update(open.id, { parked })
    this.#desk.step(open.id)
  }

  /** Only a person can let it go on: people are asked, again if they were told before. */
  unpark(session: string, why: string): void {
    const open = this.#desk.openOf(session)
    if (open?.kind !== 'limit' && open?.kind !== 'login') return
    this.#desk.update(open.id, { parked: undefined })
    this.#desk.raise(open.id, 'limits', why, 'human')
  }
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
