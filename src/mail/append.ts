/** Appends a record to a thread so that it is there, whole and on a line of its own, when this returns. */
import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { maxRecordBytes } from '../lib/jsonl.ts'
import { mailError } from './mail-error.ts'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants

/** A file that is rotated or deleted, or a neighbour's torn line, can spoil an attempt, hardly three. */
const maxAttempts = 5

export interface AppendOptions {
  /** Wait until the disk has it (default), so that a power failure does not take it back. */
  durable?: boolean
}

/**
 * One record, one line, one `write` on an O_APPEND descriptor, then a look at what arrived: a line that
 * stands behind the torn one of another writer, or in a file that was deleted meanwhile, is written again.
 * Readers take the repetition, which has the same id, as one message.
 *
 * @param path real path of the file; its directory exists
 * @throws {OrchError} `mail-unwritable`; what was written of the record then is a torn line, which readers report
 */
export function appendRecord(
  path: string,
  record: object,
  { durable = true }: AppendOptions = {},
  makeDirectory: () => void = () => {},
): void {
  const line = Buffer.from(`${JSON.stringify(record)}\n`)
  if (line.length > maxRecordBytes) {
    throw new OrchError('mail-unwritable', `A record of ${line.length} bytes is too large for ${path}.`, {
      hint: `Records have at most ${maxRecordBytes} bytes; put large content into an attachment.`,
    })
  }
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    try {
      if (attemptAppend(path, line, durable)) return
    } catch (error) {
      // The directory was deleted or archived under us.
      if (systemErrorCode(error) !== 'ENOENT') throw mailError('mail-unwritable', 'Cannot write', path, error)
    }
    makeDirectory()
  }
  throw new OrchError('mail-unwritable', `${path} disappears whenever something is written to it.`, {
    hint: 'Find out which program deletes it.',
  })
}

function attemptAppend(path: string, line: Buffer, durable: boolean): boolean {
  // Without waiting, should it be a pipe that nobody reads.
  const file = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
  try {
    const before = fstatSync(file)
    if (!before.isFile()) throw notAFile(path)
    const bytes = endsInNewline(file, before.size) ? line : Buffer.concat([newline, line])
    const written = writeSync(file, bytes)
    if (written < bytes.length) throw tooFull(path, written, bytes.length)
    if (durable) fdatasyncSync(file)
    return fstatSync(file).nlink > 0 && standsAlone(file, before.size, line)
  } finally {
    closeSync(file)
  }
}

const newline = Buffer.from('\n')

function endsInNewline(file: number, size: number): boolean {
  return size === 0 || byteAt(file, size - 1) === 0x0a
}

function byteAt(file: number, position: number): number | undefined {
  const byte = Buffer.alloc(1)
  return readSync(file, byte, 0, 1, position) === 1 ? byte[0] : undefined
}

/** Whether what was appended since the file had `size` bytes has the line with a line's end before it. */
function standsAlone(file: number, size: number, line: Buffer): boolean {
  const from = Math.max(0, size - 1)
  const tail = Buffer.alloc(fstatSync(file).size - from)
  const read = readSync(file, tail, 0, tail.length, from)
  for (let at = tail.indexOf(line); at >= 0 && at + line.length <= read; at = tail.indexOf(line, at + 1)) {
    if (from + at === 0 || tail[at - 1] === 0x0a) return true
  }
  return false
}

function tooFull(path: string, written: number, wanted: number): Error {
  return Object.assign(new Error(`${path}: only ${written} of ${wanted} bytes were written`), {
    code: 'ENOSPC',
  })
}

function notAFile(path: string): OrchError {
  return new OrchError('mail-unwritable', `${path} is not a file.`, { hint: 'Move it away.' })
}
