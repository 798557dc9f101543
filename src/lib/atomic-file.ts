import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { randomToken } from './ids.ts'

/**
 * Replaces a file so that a reader, or a crash at any instruction, sees the old content or the new one,
 * never a part: temporary file beside it, fsync, rename, fsync of the directory. Mode 0600.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = `${path}.${process.pid}.${randomToken()}.tmp`
  const file = openSync(temporary, 'wx', mode)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
    closeSync(file)
  } catch (error) {
    closeQuietly(file)
    rmSync(temporary, { force: true })
    throw error
  }
  renameSync(temporary, path)
  syncDirectory(dirname(path))
}

function closeQuietly(file: number): void {
  try {
    closeSync(file)
  } catch {
    // Already closed: the write itself has failed and is reported.
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
