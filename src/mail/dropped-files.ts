/** Files that are put into a directory of a mailbox: notifications, notes, tasks, responses. */
import { readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { systemErrorCode } from '../lib/errors.ts'
import { newTimeOrderedId } from '../lib/ids.ts'
import { type Comms, insidePath, makeDirectoryInside } from './comms.ts'
import { mailError, reading, writing } from './mail-error.ts'
import { listDirectory, type Mailbox } from './mailbox.ts'
import { fileNamePart, shortName } from './names.ts'

/** Most bytes of a file that are read as text; the rest is only named. */
const longestText = 256 * 1024

/** An empty file this young is still being written by a shell's `>`. */
const settleMs = 2_000

export interface DroppedFile {
  name: string
  path: string
  text: string
  /** True when only the beginning is in `text`. */
  cut: boolean
  /** ISO time of its last change. */
  changed: string
}

/** `<id>_<from>[_<title>].<ext>`: sorts by time, and says who sent it. */
export function droppedName(from: string, title: string, extension: string): string {
  const part = fileNamePart(title, 80)
  return `${newTimeOrderedId()}_${shortName(from)}${part === '' ? '' : `_${part}`}.${extension}`
}

/** Puts a file into a directory of a mailbox; it is there as a whole or not at all. */
export function dropFile(comms: Comms, directory: string, name: string, content: string | Buffer): string {
  makeDirectoryInside(comms, directory)
  const path = insidePath(comms, join(directory, name))
  writing(path, () => writeFileAtomic(path, content))
  return path
}

/**
 * The files of a directory in the order of their names, without hidden and temporary ones.
 *
 * @param unreadable told of each file that cannot be read, which hides no other; without it that is an error
 * @throws {OrchError} `mail-unreadable`
 */
export function droppedFiles(
  comms: Comms,
  directory: string,
  wanted: (name: string) => boolean = () => true,
  unreadable: (path: string, error: unknown) => void = fail,
): DroppedFile[] {
  return listDirectory(comms, directory)
    .filter((name) => !name.startsWith('.') && !name.endsWith('.tmp') && wanted(name))
    .sort()
    .flatMap((name) => {
      const path = join(directory, name)
      try {
        return readDropped(comms, path, name) ?? []
      } catch (error) {
        unreadable(path, error)
        return []
      }
    })
}

/** Moves a consumed notification to `delivered/`; false when another reader was faster. */
export function markDelivered(comms: Comms, mailbox: Mailbox, name: string): boolean {
  const from = insidePath(comms, join(mailbox.pendingNotifications, name))
  const directory = makeDirectoryInside(comms, mailbox.deliveredNotifications)
  const to = join(directory, exists(join(directory, name)) ? `${newTimeOrderedId()}_${name}` : name)
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw mailError('mail-unwritable', 'Cannot move', from, error)
  }
}

function readDropped(comms: Comms, path: string, name: string): DroppedFile | undefined {
  const real = insidePath(comms, path)
  try {
    const stat = statSync(real)
    if (!stat.isFile()) return undefined
    if (stat.size === 0 && Date.now() - stat.mtimeMs < settleMs) return undefined
    const cut = stat.size > longestText
    const text = cut ? `(${stat.size} bytes)` : readFileSync(real, 'utf8')
    return { name, path: real, text, cut, changed: stat.mtime.toISOString() }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}

function fail(_path: string, error: unknown): never {
  throw error
}

function exists(path: string): boolean {
  return reading(path, () => statSync(path, { throwIfNoEntry: false }) !== undefined)
}
