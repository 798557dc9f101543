/** What agents without a terminal ask for, put together with what the service has. */
import { join } from 'node:path'
import type { Escalations } from '../escalation/escalations.ts'
import { HeadlessAsks } from '../escalation/headless/headless-asks.ts'
import { systemClock } from '../lib/clock.ts'
import type { Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'

export function makeAsks(home: Home, log: Logger, escalations: () => Escalations): HeadlessAsks {
  return new HeadlessAsks({
    directory: join(home.state, 'asks'),
    clock: systemClock,
    log,
    blocked: (subject) => escalations().blocked(subject),
    unblocked: (session, blocker, why) => escalations().unblocked(session, blocker, why),
    escalationOf: (session, blocker) => escalations().openAbout(session, blocker)?.id,
  })
}
