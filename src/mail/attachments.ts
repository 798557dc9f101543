/** Files that belong to messages: `attachments/` beside the thread. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError } from '../lib/errors.ts'
import { type Comms, insidePath, makeDirectoryInside } from './comms.ts'
import { reading, writing } from './mail-error.ts'
import type { Attachment, Message } from './message.ts'
import { fileNamePart } from './names.ts'

/** A file that is about to be sent. */
export interface Enclosure {
  name: string
  content: Buffer
  role?: 'text'
}

/** What the record says of the files; the names begin with the id of the message, so none is written twice. */
export function describeAttachments(id: string, enclosures: readonly Enclosure[]): Attachment[] {
  return enclosures.map(({ name, content, role }, index) => ({
    name,
    path: join('attachments', `${id}-${index + 1}-${fileNamePart(name, 80) || 'file'}`),
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    ...(role && { role }),
  }))
}

/** Writes the files of a message beside a thread, each as a whole. */
export function writeAttachments(
  comms: Comms,
  directory: string,
  described: readonly Attachment[],
  enclosures: readonly Enclosure[],
): void {
  if (described.length === 0) return
  makeDirectoryInside(comms, join(directory, 'attachments'))
  for (const [index, { path }] of described.entries()) {
    const target = insidePath(comms, join(directory, path))
    const content = enclosures[index]?.content
    if (content && !existsSync(target)) writing(target, () => writeFileAtomic(target, content))
  }
}

/**
 * Absolute path of an attachment, which must lie beside its thread.
 *
 * @throws {OrchError} `outside-mailboxes` for one that a message points elsewhere
 */
export function attachmentPath(comms: Comms, directory: string, attachment: Attachment): string {
  if (/^attachments\/[^/\0]+$/.test(attachment.path) && !attachment.path.endsWith('/..')) {
    return insidePath(comms, join(directory, attachment.path))
  }
  throw new OrchError('outside-mailboxes', `An attachment points to ${JSON.stringify(attachment.path)}.`, {
    hint: 'Attachments lie in attachments/ beside their thread. Ask the sender to send it again.',
  })
}

/** The whole text of a message, also when the record has only its beginning. */
export function wholeText(comms: Comms, directory: string, message: Message): string {
  const attachment = message.attachments?.find(({ role }) => role === 'text')
  if (!attachment) return message.text
  const path = attachmentPath(comms, directory, attachment)
  return reading(path, () => readFileSync(path, 'utf8'))
}
