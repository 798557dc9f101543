import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'

/** Most bytes of one record; more than this belongs into a file of its own. */
export const maxRecordBytes = 64 * 1024

/**
 * Appends one record as one line with one `write` on an O_APPEND descriptor, so that lines of several
 * processes never mix. If the last writer died in the middle of a line, a newline goes first, so that
 * its torn line costs only itself. Seen in the middle of another process's write, that newline makes an
 * empty line, which readers skip.
 *
 * @throws {RangeError} when the line would be longer than {@link maxRecordBytes}.
 */
export function appendJsonLine(path: string, record: object): void {
  const line = Buffer.from(`${JSON.stringify(record)}\n`)
  if (line.length > maxRecordBytes) {
    throw new RangeError(`a record of ${line.length} bytes is over the limit of ${maxRecordBytes}`)
  }
  const file = openSync(path, 'a+', 0o600)
  try {
    const bytes = endsInNewline(file) ? line : Buffer.concat([Buffer.from('\n'), line])
    const written = writeSync(file, bytes)
    if (written !== bytes.length)
      throw new Error(`only ${written} of ${bytes.length} bytes fitted on the disk`)
  } finally {
    closeSync(file)
  }
}

function endsInNewline(file: number): boolean {
  const { size } = fstatSync(file)
  if (size === 0) return true
  const last = Buffer.alloc(1)
  readSync(file, last, 0, 1, size - 1)
  return last[0] === 0x0a
}
