/** The messages of a thread, in all of its files, each once. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '../lib/errors.ts'
import { type Comms, insidePath } from './comms.ts'
import { mailError } from './mail-error.ts'
import { listDirectory } from './mailbox.ts'
import type { Message } from './message.ts'
import type { Damage } from './parse-line.ts'
import { type Position, readSegment } from './segment.ts'

/** How far someone has read a thread; {@link readNew} moves it on. */
export interface Cursor {
  /** By inode of the file. */
  positions: Map<string, Position>
  /** Keys of the messages that were seen ({@link seenKey}). */
  seen: Set<string>
}

export interface NewMessages {
  messages: Message[]
  /** Lines that could not be read, and in which file. */
  damage: (Damage & { path: string })[]
  /** Last lines without an end, likewise: still being written, or torn. */
  tails: (Damage & { path: string })[]
  /** Lines with the id of an earlier message. */
  duplicates: number
  /** Messages that are older than one before them. */
  outOfOrder: number
}

export function newCursor(): Cursor {
  return { positions: new Map(), seen: new Set() }
}

/** What stands for a message's id: the id itself, or a hash of one that is overlong. */
export function seenKey(id: string): string {
  return id.length <= 64 ? id : `#${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
}

/**
 * The messages that came since, in the order of their arrival. Files that were rotated (`thread.jsonl.1`,
 * `thread.2026-11.jsonl`) are read to their end first.
 *
 * @param directory of the thread; one that does not exist has no messages
 * @throws {OrchError} `mail-unreadable`
 */
export function readNew(comms: Comms, directory: string, cursor: Cursor): NewMessages {
  const found: NewMessages = { messages: [], damage: [], tails: [], duplicates: 0, outOfOrder: 0 }
  let newest = ''
  for (const path of threadFiles(comms, directory)) {
    const read = readSegment(comms, path, cursor.positions)
    if (!read) continue
    const inThisFile = new Set<string>()
    for (const message of read.messages) {
      const key = seenKey(message.id)
      if (cursor.seen.has(key)) {
        if (inThisFile.has(key)) found.duplicates += 1
        continue
      }
      inThisFile.add(key)
      cursor.seen.add(key)
      found.messages.push(message)
      if (message.ts < newest) found.outOfOrder += 1
      else newest = message.ts
    }
    cursor.positions.set(read.inode, read.position)
    found.damage.push(...read.damage.map((damage) => ({ ...damage, path })))
    if (read.tail) found.tails.push({ ...read.tail, path })
  }
  return found
}

/** All messages of a thread. */
export function readThread(comms: Comms, directory: string): NewMessages {
  return readNew(comms, directory, newCursor())
}

/** The files of a thread, the oldest first and the one that is written to last. */
export function threadFiles(comms: Comms, directory: string): string[] {
  const names = listDirectory(comms, directory).filter(isThreadFile)
  if (names.length === 0) return []
  const real = insidePath(comms, directory)
  const rotated = names.filter((name) => name !== currentFile)
  const paths = rotated.map((name) => join(real, name))
  if (paths.length > 1) paths.sort((left, right) => changed(left) - changed(right))
  return names.includes(currentFile) ? [...paths, join(real, currentFile)] : paths
}

/** Name of the file that is written to. */
export const currentFile = 'thread.jsonl'

function isThreadFile(name: string): boolean {
  return (
    name === currentFile ||
    (/^thread(\.jsonl\.[\w.-]+|[.-][\w.-]+\.jsonl)$/.test(name) && !/\.(gz|bz2|xz|zst|tmp|swp)$/.test(name))
  )
}

function changed(path: string): number {
  try {
    return statSync(path).mtimeMs
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}
