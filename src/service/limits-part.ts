/** Puts the limits of accounts together with what the service has. */
import { join } from 'node:path'
import type { ProfileStore } from '../agents/profile-store.ts'
import type { Escalations } from '../escalation/escalations.ts'
import { Limits } from '../escalation/limits/limits.ts'
import { systemClock } from '../lib/clock.ts'
import type { Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import type { Journal } from '../sessions/journal.ts'
import { profileOf } from '../sessions/profile-of.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Config } from './config.ts'

export interface LimitParts {
  home: Home
  log: Logger
  journal: Journal
  sessions: Sessions
  profiles: ProfileStore
  escalations: Escalations
  /** As it is now. */
  config(): Config
}

export function makeLimits(parts: LimitParts): Limits {
  const { home, log, journal, sessions, profiles, escalations, config } = parts
  const limits = new Limits({
    ...{ log, clock: systemClock, directory: join(home.state, 'limits') },
    rules: () => config().limits,
    sessions: () => sessions.all(),
    resume: ({ record }) => profileOf(profiles, record).profile.resume,
    tell: (event) => void journal.add(event),
    park: (session, until, why) => escalations.parking.park(session, until, why),
    ask: (session, why) => escalations.parking.unpark(session, why),
    typing: (session) => escalations.typing(session, 'limits'),
  })
  journal.on('event', (event) => limits.heard(event))
  return limits
}
