/** Puts the deliveries that wait together with what the service has. */
import { join } from 'node:path'
import { systemClock } from '../lib/clock.ts'
import type { Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import { DeliveryQueue, type Settlement } from '../sessions/delivery/delivery-queue.ts'
import type { WaitingDelivery } from '../sessions/delivery/waiting-delivery.ts'
import type { Journal } from '../sessions/journal.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Config } from './config.ts'

export interface DeliveryParts {
  home: Home
  log: Logger
  journal: Journal
  sessions: Sessions
  config(): Config
  /** What `inject` left waiting is typed from now on. */
  typing(session: string): void
  /** The answer of an escalation has come to its end. */
  answered(escalation: string, answer: string, settlement: Settlement): void
}

export function makeDeliveries(parts: DeliveryParts): DeliveryQueue {
  const { home, log, journal, sessions, config, typing, answered } = parts
  const queue = new DeliveryQueue({
    ...{ log, clock: systemClock, directory: join(home.state, 'deliveries'), comms: () => config().comms },
    session: (id) => sessions.get(id),
    typing: ({ about, session }) => {
      if (!about) typing(session)
    },
    settled: (delivery, settlement) => {
      if (delivery.about) answered(delivery.about.escalation, delivery.about.answer, settlement)
      else tell(journal, delivery, settlement, sessions)
    },
  })
  journal.on('event', ({ type }) => {
    // Nothing is typed into it any more, and whoever waits for an answer to arrive is told so now.
    if (type === 'exited' || type === 'closed') queue.wake()
  })
  return queue
}

/** The answers of escalations are told by these. */
function tell(
  journal: Journal,
  { id: message, session, thread }: WaitingDelivery,
  { by, evidence, attempts }: Settlement,
  sessions: Sessions,
): void {
  const record = sessions.get(session)?.record
  const { name = session, task = thread } = record ?? {}
  const ending = by === undefined ? [{ step: 'mailbox' as const, confirmed: false, why: evidence }] : attempts
  for (const attempt of ending) journal.add({ type: 'delivered', session, name, task, message, ...attempt })
}
