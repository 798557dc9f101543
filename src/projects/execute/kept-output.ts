/** What a task printed, as its result keeps it: a long output lies in a file beside the result, and its end in it. */
import { closeSync, copyFileSync, fstatSync, linkSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { basename } from 'node:path'
import { removeQuietly } from '../../lib/atomic-file.ts'
import { systemErrorCode } from '../../lib/errors.ts'
import { randomToken } from '../../lib/ids.ts'

/** Of each stream in a result; more of it nobody reads in JSON. */
export const mostKeptBytes = 256 * 1024

export interface KeptOutput {
  /** The whole of it, or its end. */
  text: string
  /** Name of the file with the whole of it, where that is more. */
  file?: string
}

/**
 * Keeps a captured output beside a result. Called again it does the same.
 *
 * @param captured is missing when nothing was printed
 * @param beside where the whole of it goes when it is long; removed otherwise
 */
export function keepOutput(captured: string, beside: string): KeptOutput {
  const { bytes, size } = readEnd(captured, mostKeptBytes)
  if (size <= mostKeptBytes) {
    rmSync(beside, { force: true })
    return { text: bytes.toString() }
  }
  placeCopy(captured, beside)
  return { text: endOfText(bytes), file: basename(beside) }
}

/** From the first whole line, or at least the first whole character. */
export function endOfText(bytes: Buffer): string {
  const line = bytes.indexOf(10) + 1
  if (line > 0 && line < bytes.length) return bytes.subarray(line).toString()
  let start = 0
  while (start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++
  return bytes.subarray(start).toString()
}

function readEnd(path: string, most: number): { bytes: Buffer; size: number } {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { bytes: Buffer.alloc(0), size: 0 }
    throw error
  }
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(Math.min(size, most))
    let read = 0
    while (read < bytes.length) {
      const more = readSync(file, bytes, read, bytes.length - read, size - bytes.length + read)
      if (more === 0) break
      read += more
    }
    return { bytes: bytes.subarray(0, read), size }
  } finally {
    closeSync(file)
  }
}

/** The same file under a second name, where the file system can; whoever looks sees the whole of it, or nothing. */
function placeCopy(from: string, to: string): void {
  const temporary = `${to}.${process.pid}.${randomToken()}.tmp`
  try {
    try {
      linkSync(from, temporary)
    } catch {
      copyFileSync(from, temporary)
    }
    renameSync(temporary, to)
  } finally {
    removeQuietly(temporary)
  }
}
