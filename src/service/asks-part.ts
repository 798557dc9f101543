/** What agents without a terminal ask for, put together with what the service has. */
import type { Escalations } from '../escalation/escalations.ts'
import { HeadlessAsks } from '../escalation/headless/headless-asks.ts'
import { systemClock } from '../lib/clock.ts'
import { ensurePrivateDirectory, type Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import { askPlaces } from '../signals/hooks/ask-record.ts'

/** @param comms root of the mailboxes, as it is configured now */
export function makeAsks(
  home: Home,
  log: Logger,
  comms: () => string,
  escalations: () => Escalations,
): HeadlessAsks {
  const places = askPlaces(home.state)
  return new HeadlessAsks({
    directory: places.waiting,
    taken: places.taken,
    clock: systemClock,
    log,
    blocked: (subject) => {
      // Nobody may have launched a session or sent mail in this home yet. A configured place has to be there.
      if (comms() === home.comms) makeQuietly(home.comms)
      escalations().blocked(subject)
    },
    unblocked: (session, blocker, why) => escalations().unblocked(session, blocker, why),
    escalationOf: (session, blocker) => escalations().openAbout(session, blocker)?.id,
  })
}

/** Whoever writes there says what is wrong. */
function makeQuietly(directory: string): void {
  try {
    ensurePrivateDirectory(directory)
  } catch {
    // Such as a full disk.
  }
}
