import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { systemErrorCode } from './errors.ts'
import { lockOpenFile } from './native-lock.ts'

/** A lock that the kernel holds for this process and drops when the process ends, however it ends. */
export interface FileLock {
  /** Its descriptor: a child that gets it keeps the lock as long as it lives, whoever else has died. */
  readonly file: number
  release(): void
}

/**
 * Takes the lock of `path`, or returns undefined when another living process has it. The file stays on
 * the disk and holds the pid of its last owner, for people to read; only the kernel's lock counts.
 */
export function tryLockFile(path: string): FileLock | undefined {
  const file = openSync(path, 'a+', 0o600)
  let locked = false
  try {
    locked = lockOpenFile(file)
  } finally {
    if (!locked) closeSync(file)
  }
  if (!locked) return undefined
  writePid(file)
  return { file, release: () => closeSync(file) }
}

/** How often a lock that another process has is tried again, in ms. */
const retryMs = 10

/**
 * A lock that another process may have for some time.
 *
 * @param longestMs it is waited for no longer
 * @param take {@link tryLockFile}, with what its errors mean to the caller
 * @returns undefined when the other process has it still
 */
export async function waitForLock(
  longestMs: number,
  take: () => FileLock | undefined,
): Promise<FileLock | undefined> {
  for (const deadline = performance.now() + longestMs; ; await delay(retryMs)) {
    const lock = take()
    if (lock || performance.now() > deadline) return lock
  }
}

/**
 * Whether a living process has the lock of `path`. Whoever looks is in nobody's way who looks as well; whoever takes
 * the lock at that moment has to try again.
 */
export function isLocked(path: string): boolean {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
  try {
    return !lockOpenFile(file, { shared: true })
  } finally {
    closeSync(file)
  }
}

/** On a full disk it has to be done without: to give up here would leave the file open, and so locked for good. */
function writePid(file: number): void {
  try {
    ftruncateSync(file)
    writeSync(file, `${process.pid}\n`)
  } catch {
    // The lock counts, whatever stands in the file.
  }
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
