/** The threads of a mailbox: which there are, who wrote what in them, and their closing. */
import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { newTimeOrderedId } from '../lib/ids.ts'
import { type Comms, insidePath, makeDirectoryInside } from './comms.ts'
import { mailError, writing } from './mail-error.ts'
import { listDirectory, type Mailbox, threadDirectory } from './mailbox.ts'
import type { Message } from './message.ts'
import { parseTaskName } from './names.ts'
import { readThread } from './thread-log.ts'

export interface ThreadPlace {
  /** Name of the directory: the task, for an open thread. */
  task: string
  directory: string
  archived: boolean
}

/** A message and the thread that it stands in. */
export interface FoundMessage extends ThreadPlace {
  message: Message
}

/** The open threads, sorted by name. @throws {OrchError} `mail-unreadable` */
export function openThreads(comms: Comms, mailbox: Mailbox): ThreadPlace[] {
  return placesIn(comms, mailbox.active, false)
}

export function archivedThreads(comms: Comms, mailbox: Mailbox): ThreadPlace[] {
  return placesIn(comms, mailbox.archive, true)
}

/**
 * The thread of a task, open or else closed.
 *
 * @throws {OrchError} `bad-name`, `message-not-found`
 */
export function findThread(comms: Comms, mailbox: Mailbox, task: string): ThreadPlace {
  const open = openThreads(comms, mailbox).find((place) => place.task === task)
  const closed = () =>
    archivedThreads(comms, mailbox).findLast(
      (place) => place.task === task || place.task.startsWith(`${task}@`),
    )
  const place = open ?? closed()
  if (place) return place
  const name = parseTaskName(task)
  const known = openThreads(comms, mailbox).map((candidate) => candidate.task)
  throw new OrchError('message-not-found', `${mailbox.name} has no thread ${name}.`, {
    hint: known.length === 0 ? 'It has no open thread at all.' : `Open: ${known.slice(0, 20).join(', ')}.`,
    details: { candidates: known },
  })
}

/**
 * The message with an id, or a unique end of one of at least 6 characters, in the threads of a mailbox.
 *
 * @throws {OrchError} `message-not-found`
 */
export function findMessage(comms: Comms, mailbox: Mailbox, id: string): FoundMessage {
  const found = new Map<string, FoundMessage>()
  for (const place of [...openThreads(comms, mailbox), ...archivedThreads(comms, mailbox)]) {
    for (const message of readThread(comms, place.directory).messages) {
      if (message.id === id) return { ...place, message }
      if (id.length >= 6 && message.id.endsWith(id)) found.set(message.id, { ...place, message })
    }
  }
  const [only] = found.values()
  if (only && found.size === 1) return only
  const problem = only ? `Several messages end in ${id}.` : `${mailbox.name} has no message ${id}.`
  throw new OrchError('message-not-found', problem, {
    hint: 'See `iterm-orch inbox --all` or `iterm-orch thread <task>` for the ids.',
    details: { candidates: [...found.keys()] },
  })
}

/** Moves an open thread to the archive; gives where it is then. */
export function archiveThread(comms: Comms, mailbox: Mailbox, task: string): string {
  const from = insidePath(comms, threadDirectory(mailbox, task))
  makeDirectoryInside(comms, mailbox.archive)
  const free = join(mailbox.archive, task)
  const to = insidePath(comms, exists(free) ? `${free}@${newTimeOrderedId()}` : free)
  writing(from, () => renameSync(from, to))
  return to
}

function placesIn(comms: Comms, parent: string, archived: boolean): ThreadPlace[] {
  return (
    listDirectory(comms, parent)
      // Whatever else a directory is called: other programs have other rules.
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map((task) => ({ task, directory: join(parent, task), archived }))
  )
}

function exists(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}
