/** Messages that one of two mailboxes has and the other has not. */
import { readFileSync } from 'node:fs'
import { attachmentPath, type Enclosure } from '../attachments.ts'
import type { Comms } from '../comms.ts'
import { sameParticipant } from '../identity.ts'
import { reading } from '../mail-error.ts'
import { threadDirectory } from '../mailbox.ts'
import type { Message } from '../message.ts'
import { isTaskName, mailboxOfSender } from '../names.ts'
import { putMessage } from '../send.ts'
import type { MailboxView, Problem, ThreadView } from './problem.ts'

/** A copy follows its message within moments. */
const settledMs = 10_000

interface Options {
  fix: boolean
  now: number
}

/**
 * A sender that was killed has no copy of what it delivered; a mailbox that was deleted or a line that was torn
 * later leaves the copy alone. Both are made up for from the other side.
 */
export function checkCopies(comms: Comms, views: readonly MailboxView[], options: Options): Problem[] {
  const known = new Map(
    views.map(({ mailbox, threads }) => [
      mailbox.name,
      new Set(threads.flatMap(({ log }) => log.messages.map(({ id }) => id))),
    ]),
  )
  const problems: Problem[] = []
  for (const { mailbox, threads } of views) {
    for (const thread of threads) {
      for (const message of thread.log.messages) {
        if (!isOurs(message) || !isSettled(message, options.now)) continue
        const other = sameParticipant(message.from, mailbox.name) ? message.to : message.from
        const name = other === undefined ? undefined : mailboxOfSender(other)
        const ids = name === undefined ? undefined : known.get(name)
        if (name === undefined || !ids || ids.has(message.id)) continue
        problems.push(repairOne(comms, views, { name, thread, message }, options))
        ids.add(message.id)
      }
    }
  }
  return problems
}

function repairOne(
  comms: Comms,
  views: readonly MailboxView[],
  { name, thread, message }: { name: string; thread: ThreadView; message: Message },
  { fix }: Options,
): Problem {
  const target = views.find(({ mailbox }) => mailbox.name === name)?.mailbox
  const task = thread.archived ? thread.task.replace(/@[0-9a-z]{20}$/, '') : thread.task
  const possible = target !== undefined && isTaskName(task)
  if (fix && possible) {
    putMessage(comms, threadDirectory(target, task), message, enclosuresOf(comms, thread, message))
  }
  const sent = sameParticipant(message.from, name)
  return {
    kind: 'orphaned',
    path: thread.directory,
    detail: `Message ${message.id} from ${message.from} ${sent ? 'has no copy in its sender’s mailbox' : `is not in the mailbox of ${name}`}.`,
    repair: `\`mail doctor --fix\` writes it there.`,
    fixed: fix && possible,
  }
}

/** Lines of other programs are not mirrored by rule, nor is progress. */
function isOurs(message: Message): boolean {
  return (
    /^[0-9a-z]{12}[0-9a-f]{8}$/.test(message.id) && message.to !== undefined && message.type !== 'progress'
  )
}

function isSettled({ ts }: Message, now: number): boolean {
  return !(now - Date.parse(ts) < settledMs)
}

function enclosuresOf(comms: Comms, thread: ThreadView, { attachments = [] }: Message): Enclosure[] {
  return attachments.map((attachment) => {
    const path = attachmentPath(comms, thread.directory, attachment)
    return { name: attachment.name, content: reading(path, () => readFileSync(path)) }
  })
}
