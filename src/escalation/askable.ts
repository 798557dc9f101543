/** The mailboxes of those who may be asked about a session. */
import { tryReadRegistry } from '../coordination/orchestrator/registry.ts'
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { commsAt } from '../mail/comms.ts'
import { defaultRecipient } from '../mail/identity.ts'
import { mailboxAt } from '../mail/mailbox.ts'
import { isOrchestrator, mailboxOfSender } from '../mail/names.ts'
import { mailboxOf } from '../sessions/session-mailbox.ts'
import type { SessionRecord } from '../sessions/session-record.ts'

export interface AskableMailboxes {
  /** The one that launched the session, or has it in its registry. */
  orchestrator: string | undefined
  /** Another agent of that orchestrator that is idle. */
  peer: string | undefined
}

/** Nobody, where the mailboxes cannot be read: the escalation goes to whoever is left. */
export function askableFor(root: string, record: SessionRecord, log: Logger): AskableMailboxes {
  try {
    const comms = commsAt(root)
    const own = mailboxOf(record)
    const registered = defaultRecipient(comms, own)
    const orchestrator = isOrchestrator(registered) ? registered : record.orchestrator
    if (orchestrator === undefined || orchestrator === own)
      return { orchestrator: undefined, peer: undefined }
    const registry = tryReadRegistry(comms, mailboxAt(comms, orchestrator))
    const peer = registry?.subordinates
      .filter(({ status }) => status === 'idle')
      .flatMap(({ id }) => mailboxOfSender(id) ?? [])
      .find((mailbox) => mailbox !== own)
    return { orchestrator, peer }
  } catch (error) {
    log.warn({ error: errorMessage(error), session: record.id }, 'who may be asked could not be read')
    return { orchestrator: undefined, peer: undefined }
  }
}
