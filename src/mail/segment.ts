/** One file of a thread, read from where it was left; a file that was truncated or replaced, from its beginning. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { systemErrorCode } from '../lib/errors.ts'
import { type Comms, insidePath } from './comms.ts'
import { mailError } from './mail-error.ts'
import type { Message } from './message.ts'
import { type Damage, parseLine } from './parse-line.ts'
import { readLines } from './read-lines.ts'

/** How far a file was read. */
export interface Position {
  offset: number
  /** The last bytes before the offset, in hex: whether it is still the same file in spite of its inode. */
  anchor: string
}

export interface SegmentRead {
  inode: string
  position: Position
  messages: Message[]
  damage: Damage[]
  /** A last line without its end: still being written, or torn. */
  tail?: Damage
  /** The file was shorter than, or not the one that, the position says; it was read again as a whole. */
  restarted: boolean
}

/** Bytes of an anchor. */
const anchorLength = 32

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/**
 * @param known positions by inode
 * @returns undefined when the file is gone
 * @throws {OrchError} `mail-unreadable`
 */
export function readSegment(
  comms: Comms,
  path: string,
  known: ReadonlyMap<string, Position>,
): SegmentRead | undefined {
  try {
    const file = openFile(comms, path)
    try {
      return readOpen(file, known)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}

function openFile(comms: Comms, path: string): number {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    // A link is followed when it leads to a place inside.
    if (systemErrorCode(error) !== 'ELOOP') throw error
    return openSync(insidePath(comms, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  }
}

function readOpen(file: number, known: ReadonlyMap<string, Position>): SegmentRead {
  const stat = fstatSync(file, { bigint: true })
  if (!stat.isFile()) throw Object.assign(new Error('it is not a file'), { code: 'EISDIR' })
  const inode = String(stat.ino)
  const last = known.get(inode)
  const continues =
    last !== undefined && stat.size >= last.offset && anchorAt(file, last.offset) === last.anchor
  const from = continues ? last.offset : 0
  const read: SegmentRead = {
    inode,
    position: { offset: from, anchor: '' },
    messages: [],
    damage: [],
    restarted: last !== undefined && !continues,
  }
  for (const line of readLines(file, from)) {
    const { messages, damage } = parseLine(line)
    if (line.complete) {
      read.messages.push(...messages)
      if (damage) read.damage.push(damage)
      read.position.offset = line.end
    } else if (damage) {
      read.tail = damage
    } else {
      // A whole record that only lacks its newline; it is read again until that comes, and known by its id.
      read.messages.push(...messages)
    }
  }
  read.position.anchor = anchorAt(file, read.position.offset)
  return read
}

function anchorAt(file: number, offset: number): string {
  const length = Math.min(anchorLength, offset)
  const bytes = Buffer.alloc(length)
  const read = readSync(file, bytes, 0, length, offset - length)
  return bytes.subarray(0, read).toString('hex')
}
