/** Reads the complete lines of a file from an offset, whatever is in them, with bounded memory. */
import { readSync } from 'node:fs'

/** Longest line that is looked at, in bytes: 16 of our largest records. A longer one is skipped. */
export const longestLine = 1024 * 1024

const chunkSize = 256 * 1024

export interface Line {
  /** Where it begins and where the next one does, in bytes. */
  offset: number
  end: number
  /** Without its newline; undefined for one that is longer than {@link longestLine}. */
  bytes: Buffer | undefined
  /** False for the last one when it has no newline (yet). */
  complete: boolean
}

/** @param file an open descriptor, which the caller closes */
export function* readLines(file: number, from: number): Generator<Line> {
  let start = from
  let position = from
  let rest: Buffer[] = []
  let restLength = 0
  const chunk = Buffer.alloc(chunkSize)
  for (;;) {
    const read = readSync(file, chunk, 0, chunk.length, position)
    if (read === 0) break
    let begin = 0
    for (let at = chunk.indexOf(0x0a); at >= 0 && at < read; at = chunk.indexOf(0x0a, begin)) {
      const end = position + at + 1
      const piece = chunk.subarray(begin, at)
      const length = restLength + piece.length
      const bytes = length > longestLine ? undefined : Buffer.concat([...rest, piece])
      yield { offset: start, end, bytes, complete: true }
      rest = []
      restLength = 0
      start = end
      begin = at + 1
    }
    restLength += read - begin
    if (restLength > longestLine) rest = []
    else if (begin < read) rest.push(Buffer.from(chunk.subarray(begin, read)))
    position += read
  }
  if (restLength > 0) {
    const bytes = restLength > longestLine ? undefined : Buffer.concat(rest)
    yield { offset: start, end: position, bytes, complete: false }
  }
}
