/** The mailbox of a session, by which its agent talks with others. */
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { commsAt } from '../mail/comms.ts'
import { mailboxOfSession } from '../mail/identity.ts'
import { createMailbox } from '../mail/mailbox.ts'
import type { SessionRecord } from './session-record.ts'

export function mailboxOf({ mailbox, name, id }: SessionRecord): string {
  return mailbox ?? mailboxOfSession(name, id)
}

/**
 * Makes the mailbox, so that others can write before its agent has said anything. Without it the agent runs
 * all the same, and its own mail commands say what is wrong.
 */
export function makeMailbox(comms: string, record: SessionRecord, log: Logger): void {
  try {
    createMailbox(commsAt(comms), mailboxOf(record))
  } catch (error) {
    log.error({ error: errorMessage(error), session: record.id }, 'its mailbox could not be made')
  }
}
