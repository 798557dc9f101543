/** Puts the escalations together with what the service has. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { askableFor } from '../escalation/askable.ts'
import { deliverByApi } from '../escalation/deliver-by-api.ts'
import { Escalations } from '../escalation/escalations.ts'
import { systemClock } from '../lib/clock.ts'
import type { Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import type { Journal } from '../sessions/journal.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Config } from './config.ts'

export interface EscalationParts {
  home: Home
  log: Logger
  journal: Journal
  sessions: Sessions
  /** As it is now. */
  config(): Config
}

export function makeEscalations({ home, log, journal, sessions, config }: EscalationParts): Escalations {
  const escalations = new Escalations({
    directory: home.escalations,
    clock: systemClock,
    log,
    comms: () => config().comms,
    settings: () => config().escalation,
    subject: (session) => sessions.get(session),
    // A session that was forgotten has no record.
    isUnreadable: (session) =>
      sessions.get(session) === undefined && existsSync(join(home.sessions, `${session}.json`)),
    subjects: () => sessions.all(),
    askable: (subject) => askableFor(config().comms, subject.record, log),
    policy: { consult: () => undefined },
    people: { channels: () => [], ring: async () => undefined },
    deliver: deliverByApi((session) => sessions.get(session)),
    mark: () => undefined,
    tell: (event) => void journal.add(event),
  })
  journal.on('event', (event) => escalations.heard(event))
  return escalations
}
