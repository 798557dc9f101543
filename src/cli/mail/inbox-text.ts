/** What is new in a mailbox, for people and for programs. */
import { wholeText } from '../../mail/attachments.ts'
import type { Comms } from '../../mail/comms.ts'
import type { Unread } from '../../mail/inbox.ts'
import type { Mailbox } from '../../mail/mailbox.ts'
import type { Message } from '../../mail/message.ts'
import type { Output } from '../output.ts'
import { indented, messageBlock, oneLine } from './message-text.ts'

const titles = { notes: 'note', tasks: 'task', responses: 'response' } as const

export function isEmpty({ threads, notifications, files }: Unread): boolean {
  return notifications.length + files.length === 0 && threads.every(({ messages }) => messages.length === 0)
}

export function inboxText(comms: Comms, unread: Unread, out: Output): string {
  if (isEmpty(unread)) return unread.problems.length === 0 ? 'Nothing new.\n' : ''
  const { bold, faint } = out.style
  const messages = unread.threads.flatMap(({ task, directory, messages }) =>
    messages.map((message) => messageBlock(message, textOrWhy(comms, directory, message), task, out)),
  )
  const notifications =
    unread.notifications.length === 0
      ? []
      : [
          `${bold(`Notifications (${unread.notifications.length})`)}\n${unread.notifications
            .map(({ text }) => indented(text.trimEnd()))
            .join('\n')}\n`,
        ]
  const files = unread.files.map(
    ({ kind, file }) =>
      `${bold(titles[kind])} ${oneLine(file.name)}\n  ${oneLine(firstLine(file.text))}\n  ${faint(file.path)}\n`,
  )
  return `${[...messages, ...notifications, ...files].join('\n')}`
}

export function inboxJson(comms: Comms, own: Mailbox, unread: Unread): string {
  const messages = unread.threads.flatMap(({ task, directory, messages }) =>
    messages.map((message) => ({ task, ...message, text: textOrWhy(comms, directory, message) })),
  )
  const lines = unread.threads.flatMap(({ task, log }) =>
    log.damage.map(({ kind, path, offset, length }) => ({ task, kind, path, offset, length })),
  )
  const result = {
    mailbox: own.name,
    messages,
    notifications: unread.notifications.map(({ name, text, changed }) => ({ name, text, changed })),
    files: unread.files.map(({ kind, file }) => ({ kind, ...file })),
    unreadableLines: lines,
    problems: unread.problems,
  }
  return `${JSON.stringify(result, null, 2)}\n`
}

/** One attachment that is gone must not hide the rest of the mail. */
export function textOrWhy(comms: Comms, directory: string, message: Message): string {
  try {
    return wholeText(comms, directory, message)
  } catch (error) {
    return `${message.text}\n(The whole text cannot be read: ${error instanceof Error ? error.message : error})`
  }
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? ''
}
