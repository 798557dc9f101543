/** Reads the beginning of a task file that anyone may have written. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { errorMessage, systemErrorCode } from '../lib/errors.ts'
import { type FrontMatter, readFrontMatter } from './front-matter.ts'

/** So much is looked at for the front matter. */
const headBytes = 64 * 1024

export interface TaskHead {
  /** When it was submitted, ms since 1970: a rename keeps the time of the last change. */
  submittedAt: number
  values: FrontMatter
  /** Why nobody can work on it. */
  problem?: string
}

const buffer = Buffer.alloc(headBytes)

/** Undefined when there is no such file (any more), or its writer has only just begun. */
export function readTaskHead(path: string): TaskHead | undefined {
  let file: number
  try {
    // No link is followed, and a FIFO is not waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT') return undefined
    const why =
      code === 'ELOOP' ? 'it is a symbolic link' : `it cannot be read (${code ?? errorMessage(error)})`
    return { submittedAt: changedAt(path), values: {}, problem: why }
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) return { submittedAt: stat.mtimeMs, values: {}, problem: 'it is no file' }
    if (stat.size === 0) return undefined
    const read = readFrontMatter(buffer.toString('utf8', 0, readSync(file, buffer, 0, headBytes, 0)))
    const submittedAt = stat.mtimeMs
    return read.ok ? { submittedAt, values: read.values } : { submittedAt, values: {}, problem: read.problem }
  } catch (error) {
    return { submittedAt: 0, values: {}, problem: `it cannot be read (${errorMessage(error)})` }
  } finally {
    closeSync(file)
  }
}

/** 0 when not even that is known. */
function changedAt(path: string): number {
  try {
    return lstatSync(path).mtimeMs
  } catch {
    return 0
  }
}
