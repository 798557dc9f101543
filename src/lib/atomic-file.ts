import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { randomToken } from './ids.ts'

/**
 * Replaces a file so that a reader, or a crash at any instruction, sees the old content or the new one,
 * never a part: temporary file beside it, fsync, rename, fsync of the directory. Mode 0600.
 */
export function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o600): void {
  replace(path, content, mode, fsyncSync)
  syncDirectory(dirname(path))
}

/**
 * Replaces a file as {@link writeFileAtomic} does, without waiting for the disk: the new content outlives
 * this process, however it dies, but not always a power failure, which may leave an empty file. For what
 * means nothing any more when the machine has stopped. Mode 0600.
 */
export function writeFileUnsynced(path: string, content: string | Uint8Array): void {
  replace(path, content, 0o600, () => undefined)
}

function replace(
  path: string,
  content: string | Uint8Array,
  mode: number,
  sync: (file: number) => void,
): void {
  const temporary = `${path}.${process.pid}.${randomToken()}.tmp`
  const file = openSync(temporary, 'wx', mode)
  try {
    try {
      writeFileSync(file, content)
      sync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (error) {
    removeQuietly(temporary)
    throw error
  }
}

/** Removes what is not needed any more. That it stays changes nothing of what was done, or why it was not. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // The doctors find it.
  }
}

/** What was renamed, made or removed in it stays so, also when the power fails. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
