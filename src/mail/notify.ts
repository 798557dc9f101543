/** What is told without an answer being expected: notifications, and notes with attachments. */
import { join } from 'node:path'
import { newTimeOrderedId } from '../lib/ids.ts'
import type { Comms } from './comms.ts'
import { dropFile, droppedName } from './dropped-files.ts'
import { createMailbox, existingMailbox, listDirectory, type Mailbox, threadDirectory } from './mailbox.ts'
import { fileNamePart } from './names.ts'
import { putMessage } from './send.ts'

/** Leaves a notification, which the recipient reads with others when it comes to it; gives its path. */
export function notify(comms: Comms, from: string, to: string, text: string, title = ''): string {
  const recipient = existingMailbox(comms, to)
  return dropFile(comms, recipient.pendingNotifications, droppedName(from, title, 'txt'), `${text}\n`)
}

/** The same, unless the recipient has, or had, one from this sender with this title. */
export function notifyOnce(comms: Comms, from: string, to: Mailbox, text: string, title: string): void {
  const name = withoutId(droppedName(from, title, 'txt'))
  const known = [to.pendingNotifications, to.deliveredNotifications].flatMap((path) =>
    listDirectory(comms, path),
  )
  if (!known.some((other) => withoutId(other) === name)) notify(comms, from, to.name, text, title)
}

/** A consumed one has a second id when there was another of its name. */
function withoutId(name: string): string {
  return name.replace(/^(?:[0-9a-z]{20}_){1,2}/, '')
}

/**
 * Tells how far a task is: a notification for the recipient, and a `progress` line in the sender's own thread,
 * which is the history. Gives the path of the notification.
 */
export function reportProgress(
  comms: Comms,
  from: string,
  to: string,
  task: string,
  steps: string,
  text: string,
): string {
  const recipient = existingMailbox(comms, to)
  const own = createMailbox(comms, from)
  const message = {
    id: newTimeOrderedId(),
    from: own.name,
    to: recipient.name,
    ts: new Date().toISOString(),
    type: 'progress',
    text: `${steps}${text === '' ? '' : ` ${text}`}`,
    steps,
  }
  putMessage(comms, threadDirectory(own, task), message, [])
  return notify(comms, from, to, `${task}: ${message.text}`, `progress ${task}`)
}

export interface Note {
  title: string
  /** Markdown. */
  text: string
  attachments: readonly { name: string; content: Buffer }[]
}

/**
 * Leaves a note: `note_passing/incoming/<name>.md`, its files beside it in `<name>.attachments/`. The files
 * are there before the note is. Gives its path.
 */
export function leaveNote(comms: Comms, from: string, to: string, note: Note): string {
  const { notes } = existingMailbox(comms, to)
  const name = droppedName(from, note.title, 'md')
  const folder = name.replace(/md$/, 'attachments')
  const files = note.attachments.map(({ name: wanted, content }, index) => {
    const file = `${index + 1}-${fileNamePart(wanted, 100) || 'file'}`
    dropFile(comms, join(notes, folder), file, content)
    return `- [${wanted.replace(/[[\]\r\n]/g, ' ')}](<${folder}/${file}>)`
  })
  const list = files.length === 0 ? '' : `\n\n## Attachments\n\n${files.join('\n')}`
  const head = `# ${note.title.replace(/\s+/g, ' ')}\n\nFrom ${from}, ${new Date().toISOString()}\n\n`
  return dropFile(comms, notes, name, `${head}${note.text.trimEnd()}${list}\n`)
}
