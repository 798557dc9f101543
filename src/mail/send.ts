/** Sends a message: into the thread of the recipient, then a copy into the sender's own. */
import { join } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { newTimeOrderedId } from '../lib/ids.ts'
import { maxRecordBytes } from '../lib/jsonl.ts'
import { type AppendOptions, appendRecord } from './append.ts'
import { describeAttachments, type Enclosure, writeAttachments } from './attachments.ts'
import { type Comms, insidePath, makeDirectoryInside } from './comms.ts'
import { mailError } from './mail-error.ts'
import {
  createMailbox,
  existingMailbox,
  type Mailbox,
  mailboxAt,
  pathExists,
  threadDirectory,
} from './mailbox.ts'
import type { Message, Urgency } from './message.ts'
import { mailboxOfSender } from './names.ts'
import { currentFile } from './thread-log.ts'

/** What somebody wants to say. */
export interface Draft {
  /** Mailbox of the sender, and of the recipient. */
  from: string
  to: string
  /** Names the thread. */
  task: string
  type: string
  text: string
  reply_to?: string
  options?: readonly string[]
  urgency?: Urgency
  escalation?: string
  attachments?: readonly Enclosure[]
  /** Further facts for the record. */
  facts?: Readonly<Record<string, string | number | boolean>>
}

export interface Sent {
  message: Message
  task: string
  /** Why the sender has no copy of the delivered message; `mail doctor --fix` makes up for it. */
  copyProblem?: OrchError
}

/** Characters of a long text that stay in the record when the whole goes into an attachment. */
const excerptLength = 4_000

/**
 * Delivers the message. The recipient's line is the delivery: when this throws, nothing was delivered; when
 * the process is killed, it was delivered or it was not, and doctor completes the copies.
 *
 * @throws {OrchError} `mailbox-not-found`, `bad-name`, `mail-unwritable`, …
 */
export function sendMessage(comms: Comms, draft: Draft, options: AppendOptions = {}): Sent {
  const recipient = existingMailbox(comms, draft.to)
  const sender = senderMailbox(comms, draft.from)
  if (recipient.name === sender.name) {
    throw new OrchError('bad-name', `${sender.name} would be writing to itself.`, {
      hint: 'Name another recipient with --to, or say with --as who you are.',
    })
  }
  const enclosures = [...(draft.attachments ?? [])]
  let message = compose(draft, sender, recipient, enclosures)
  if (Buffer.byteLength(JSON.stringify(message)) >= maxRecordBytes) {
    enclosures.push({ name: 'text.md', content: Buffer.from(draft.text), role: 'text' })
    message = compose({ ...draft, text: excerpt(draft.text) }, sender, recipient, enclosures)
  }
  putMessage(comms, threadDirectory(recipient, draft.task), message, enclosures, options)
  try {
    putMessage(comms, threadDirectory(sender, draft.task), message, enclosures, options)
    return { message, task: draft.task }
  } catch (error) {
    const copyProblem = mailError('mail-unwritable', 'Cannot write', sender.path, error)
    return { message, task: draft.task, copyProblem }
  }
}

/** Writes a message and its files into one thread, whatever else there is of it. */
export function putMessage(
  comms: Comms,
  directory: string,
  message: Message,
  enclosures: readonly Enclosure[],
  options: AppendOptions = {},
): void {
  const prepare = () => {
    makeDirectoryInside(comms, directory)
    writeAttachments(comms, directory, message.attachments ?? [], enclosures)
  }
  prepare()
  appendRecord(insidePath(comms, join(directory, currentFile)), message, options, prepare)
}

/** The mailbox that an answer to a message goes to. @throws {OrchError} `mailbox-not-found` */
export function replyMailbox(message: Message): string {
  const mailbox = mailboxOfSender(message.from)
  if (mailbox !== undefined) return mailbox
  const session = /^session_([0-9A-F-]{36})$/i.exec(message.from)?.[1]
  throw new OrchError('mailbox-not-found', `The sender ${JSON.stringify(message.from)} has no mailbox.`, {
    hint: session
      ? `It is what a session shows: answer it with \`iterm-orch answer ${session.slice(0, 8)}\`.`
      : 'Write to a mailbox with `iterm-orch tell <to> "<text>"`.',
  })
}

/** One that has not been made yet is made now. */
function senderMailbox(comms: Comms, name: string): Mailbox {
  const mailbox = mailboxAt(comms, name)
  return pathExists(mailbox.path) ? mailbox : createMailbox(comms, name)
}

function compose(
  draft: Draft,
  sender: Mailbox,
  recipient: Mailbox,
  enclosures: readonly Enclosure[],
): Message {
  const id = newTimeOrderedId()
  const attachments = describeAttachments(id, enclosures)
  return {
    id,
    from: sender.name,
    to: recipient.name,
    ts: new Date().toISOString(),
    type: draft.type,
    text: draft.text,
    ...(draft.reply_to !== undefined && { reply_to: draft.reply_to }),
    ...(draft.options && draft.options.length > 0 && { options: [...draft.options] }),
    ...(draft.urgency !== undefined && { urgency: draft.urgency }),
    ...(draft.escalation !== undefined && { escalation: draft.escalation }),
    ...(attachments.length > 0 && { attachments }),
    ...draft.facts,
  }
}

function excerpt(text: string): string {
  return `${text.slice(0, excerptLength).replace(/[\uD800-\uDBFF]$/, '')}…`
}
