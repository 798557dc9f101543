/** A mailbox: one directory below the comms root for one participant, and where everything is in it. */
import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { type Comms, insidePath, makeDirectoryInside } from './comms.ts'
import { mailError, reading } from './mail-error.ts'
import { desktopMailbox, isMailboxName, parseMailboxName, parseTaskName, plainCliMailbox } from './names.ts'

/** Absolute paths. */
export interface Mailbox {
  name: string
  path: string
  /** A directory for each open thread, with `thread.jsonl` and `attachments/`. */
  active: string
  archive: string
  pendingNotifications: string
  deliveredNotifications: string
  notes: string
  tasks: string
  responses: string
  toExecute: string
  inProgress: string
  completed: string
  registry: string
  /** What each reader of this mailbox has seen: `receipts/<reader>/…`. */
  receipts: string
}

/** The paths of a mailbox; nothing is read or created. @throws {OrchError} `bad-name` */
export function mailboxAt(comms: Comms, name: string): Mailbox {
  const own = parseMailboxName(name)
  const path = join(comms.root, own)
  return {
    name: own,
    path,
    active: join(path, 'instant_messaging', 'active'),
    archive: join(path, 'instant_messaging', 'archive'),
    pendingNotifications: join(path, 'notifications', 'pending'),
    deliveredNotifications: join(path, 'notifications', 'delivered'),
    notes: join(path, 'note_passing', 'incoming'),
    tasks: join(path, 'tasks', 'incoming'),
    responses: join(path, 'task_responses', 'incoming'),
    toExecute: join(path, 'coordination', 'to_execute'),
    inProgress: join(path, 'coordination', 'in_progress'),
    completed: join(path, 'coordination', 'completed'),
    registry: join(path, 'registry'),
    receipts: join(path, 'receipts'),
  }
}

/** The directories that every mailbox has. */
export function treeOf(mailbox: Mailbox): string[] {
  const { name: _, path: __, registry: ___, ...directories } = mailbox
  return Object.values(directories)
}

/** Makes the tree of a mailbox, or what is missing of it. */
export function createMailbox(comms: Comms, name: string): Mailbox {
  const mailbox = mailboxAt(comms, name)
  for (const directory of treeOf(mailbox)) makeDirectoryInside(comms, directory)
  return mailbox
}

/** Directory of the open thread of a task. @throws {OrchError} `bad-name` */
export function threadDirectory(mailbox: Mailbox, task: string): string {
  return join(mailbox.active, parseTaskName(task))
}

/**
 * A mailbox that exists. The coordinator's and the plain one are made when they do not: everyone may write
 * to them. A message to any other that does not exist would never be read.
 *
 * @throws {OrchError} `mailbox-not-found` with those that exist; `mail-unreadable`
 */
export function existingMailbox(comms: Comms, name: string): Mailbox {
  const mailbox = mailboxAt(comms, name)
  if (isDirectory(insidePath(comms, mailbox.path))) return mailbox
  if (mailbox.name === desktopMailbox || mailbox.name === plainCliMailbox) return createMailbox(comms, name)
  const candidates = listMailboxes(comms)
  throw new OrchError('mailbox-not-found', `There is no mailbox ${mailbox.name}.`, {
    hint:
      `There ${candidates.length === 1 ? 'is' : 'are'} ${candidates.join(', ') || 'none yet'}. ` +
      `\`iterm-orch mail init ${mailbox.name}\` makes it.`,
    details: { candidates },
  })
}

/**
 * For those who wait: a mailbox that was removed, or whose drive went away, is not one where nothing comes.
 *
 * @throws {OrchError} `mail-unreadable`
 */
export function assertStillThere({ name, path }: Mailbox): void {
  if (isDirectory(path)) return
  throw new OrchError('mail-unreadable', `The mailbox ${name} is gone: ${path} does not exist any more.`, {
    hint: 'Somebody removed it, or its drive is not mounted now. What was in it is not known.',
    details: { path },
  })
}

/** The names of all mailboxes, sorted; a symbolic link is one, whose reader says when it leads nowhere. @throws {OrchError} `mail-unreadable` */
export function listMailboxes(comms: Comms): string[] {
  return listDirectory(comms, comms.root)
    .filter((name) => isMailboxName(name) && isDirectoryOrLink(join(comms.root, name)))
    .sort()
}

/** Names in a directory of a mailbox; one that does not exist has none. @throws {OrchError} `mail-unreadable` */
export function listDirectory(comms: Comms, path: string): string[] {
  try {
    return readdirSync(insidePath(comms, path))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}

/** Whether something is there, links included. @throws {OrchError} `mail-unreadable` */
export function pathExists(path: string): boolean {
  return reading(path, () => lstatSync(path, { throwIfNoEntry: false }) !== undefined)
}

function isDirectoryOrLink(path: string): boolean {
  const stat = reading(path, () => lstatSync(path, { throwIfNoEntry: false }))
  return stat !== undefined && (stat.isDirectory() || stat.isSymbolicLink())
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}
