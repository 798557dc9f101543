/** What is told without an answer being expected: notifications, and notes with attachments. */
import { join } from 'node:path'
import type { Comms } from './comms.ts'
import { dropFile, droppedName } from './dropped-files.ts'
import { existingMailbox } from './mailbox.ts'
import { fileNamePart } from './names.ts'

/** Leaves a notification, which the recipient reads with others when it comes to it; gives its path. */
export function notify(comms: Comms, from: string, to: string, text: string, title = ''): string {
  const recipient = existingMailbox(comms, to)
  return dropFile(comms, recipient.pendingNotifications, droppedName(from, title, 'txt'), `${text}\n`)
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
