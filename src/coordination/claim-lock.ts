/** One at a time gives a claim back, finishes it, or brings its result. The kernel drops the lock of who died. */
import { join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { type FileLock, tryLockFile, waitForLock } from '../lib/lock-file.ts'
import { mailError } from '../mail/mail-error.ts'
import { pathExists } from '../mail/mailbox.ts'
import type { ClaimPlace } from './claim-place.ts'

export const lockFile = '.lock'

/** Who holds it copies attachments at most. */
const longestWaitMs = 10_000

/**
 * Runs `action` while nobody else changes the claim.
 *
 * @throws {OrchError} `task-not-found` when the claim is not there any more; `busy`
 */
export async function withClaim<T>(place: ClaimPlace, action: () => T | Promise<T>): Promise<T> {
  const path = join(place.path, lockFile)
  // The file stays until the directory has moved: whoever waits for it must not lock another one.
  const lock = await takeLock(place.task, path)
  try {
    // The directory may have been moved between opening the file and locking it.
    if (!pathExists(path) || place.file === undefined || !pathExists(place.file)) throw claimGone(place.task)
    return await action()
  } finally {
    lock.release()
  }
}

/**
 * Runs `action` while nobody else brings the result of the ended task, whose lock is needed no more after it: whoever
 * waited for it finds the result brought. It stays when `action` fails.
 *
 * @param finished `completed/<task>`
 * @throws {OrchError} `task-not-found` when it is not there, `busy`, `mail-unwritable`
 */
export async function withFinished<T>(finished: string, task: string, action: () => T): Promise<T> {
  const path = join(finished, lockFile)
  const lock = await takeLock(task, path)
  try {
    const result = action()
    removeQuietly(path)
    return result
  } finally {
    lock.release()
  }
}

export function claimGone(task: string): OrchError {
  return new OrchError('task-not-found', `${task} is not claimed any more.`, {
    hint: 'It was finished or given back meanwhile: see `iterm-orch coord show`.',
    details: { task },
  })
}

async function takeLock(task: string, path: string): Promise<FileLock> {
  const lock = await waitForLock(longestWaitMs, () => openLock(task, path))
  if (lock) return lock
  throw new OrchError('busy', `Another process is finishing or releasing ${task}.`, {
    hint: 'Try again in a moment.',
  })
}

function openLock(task: string, path: string): FileLock | undefined {
  try {
    return tryLockFile(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw claimGone(task)
    throw mailError('mail-unwritable', 'Cannot lock', path, error)
  }
}
