import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { tryLock } from 'fs-native-extensions'

/** A lock that the kernel holds for this process and drops when the process ends, however it ends. */
export interface FileLock {
  release(): void
}

/**
 * Takes the lock of `path`, or returns undefined when another living process has it. The file stays on
 * the disk and holds the pid of its last owner, for people to read; only the kernel's lock counts.
 */
export function tryLockFile(path: string): FileLock | undefined {
  const file = openSync(path, 'a+', 0o600)
  if (!tryLock(file)) {
    closeSync(file)
    return undefined
  }
  ftruncateSync(file)
  writeSync(file, `${process.pid}\n`)
  return { release: () => closeSync(file) }
}

/** The pid that the last owner of a lock file wrote, or undefined when there is none. */
export function readLockOwner(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10)
    return Number.isNaN(pid) ? undefined : pid
  } catch {
    return undefined
  }
}
