/** Mailboxes for tests. */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Comms, commsAt } from '../../src/mail/comms.ts'
import { createMailbox, type Mailbox } from '../../src/mail/mailbox.ts'
import { sendMessage } from '../../src/mail/send.ts'

export interface MailHome {
  comms: Comms
  desktop: Mailbox
  worker: Mailbox
}

export function mailHome(): MailHome {
  const comms = commsAt(mkdtempSync(join(tmpdir(), 'io-mail-')))
  return {
    comms,
    desktop: createMailbox(comms, 'claude'),
    worker: createMailbox(comms, 'claude_cli_worker_1'),
  }
}

/** An open thread of the coordinator, written by others; gives its directory. */
export function foreignThread({ desktop }: MailHome, task: string): string {
  const directory = join(desktop.active, task)
  mkdirSync(directory, { recursive: true })
  return directory
}

/** The worker says something to the coordinator; gives the id. */
export function say({ comms, worker }: MailHome, text: string, task = 'job'): string {
  const draft = { from: worker.name, to: 'claude', task, type: 'message', text }
  return sendMessage(comms, draft, { durable: false }).message.id
}
