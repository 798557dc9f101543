/** The message that waits in a session's mailbox, and the one that gives it back to its agent. */
import { dirname } from 'node:path'
import { maxRecordBytes } from '../../lib/jsonl.ts'
import { redact } from '../../lib/redact.ts'
import { commsAt } from '../../mail/comms.ts'
import type { Message } from '../../mail/message.ts'
import { putMessage } from '../../mail/send.ts'
import { typedUnlessRead } from '../../mail/taker.ts'
import { threadHas, threadPath } from '../../mail/thread.ts'
import type { WaitingDelivery } from './waiting-delivery.ts'

/** Leaves room for the other fields of the message. */
const longestTextBytes = maxRecordBytes - 2_048

/** Why a text cannot wait in a file; undefined: it can. */
export function cannotBeKept(text: string): string | undefined {
  if (redact(text) !== text) return 'it looks like a secret, and secrets are not written down'
  return Buffer.byteLength(JSON.stringify(text)) > longestTextBytes
    ? 'it is too long for a message'
    : undefined
}

/** Writes the message, once. @throws {OrchError} `mail-unwritable` */
export function putWaiting(comms: string, delivery: WaitingDelivery): void {
  const { id, about } = delivery
  const answers = about ? { reply_to: about.escalation, escalation: about.escalation } : {}
  put(comms, delivery, { ...base(delivery), id, ...answers, [typedUnlessRead]: true, text: textOf(delivery) })
}

/** It may have been typed, and nobody knows: its agent shall look. @throws {OrchError} `mail-unwritable` */
export function giveBack(comms: string, delivery: WaitingDelivery, why: string): void {
  const text = `This may have been typed into your terminal already (${why}). If it was not:\n${textOf(delivery)}`
  put(comms, delivery, { ...base(delivery), id: `${delivery.id}-back`, reply_to: delivery.id, text })
}

function base({ from, mailbox, at, about }: WaitingDelivery): Pick<Message, 'from' | 'to' | 'ts' | 'type'> {
  return { from, to: mailbox, ts: at, type: about ? 'answer' : 'command' }
}

function textOf({ what }: WaitingDelivery): string {
  if (what.type === 'command') return what.text
  const { choice, options, text } = what.choice
  return text ?? choice ?? options?.join(', ') ?? ''
}

function put(comms: string, { mailbox, thread }: WaitingDelivery, message: Message): void {
  const path = threadPath(comms, mailbox, thread)
  if (!threadHas(path, message.id)) putMessage(commsAt(comms), dirname(path), message, [])
}
