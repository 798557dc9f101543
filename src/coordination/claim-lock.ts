/** One at a time gives a claim back or finishes it. The kernel drops the lock of a process that died. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { type FileLock, tryLockFile } from '../lib/lock-file.ts'
import { mailError } from '../mail/mail-error.ts'
import { pathExists } from '../mail/mailbox.ts'
import type { ClaimPlace } from './claim-place.ts'

export const lockFile = '.lock'

/** Who holds it copies attachments at most. */
const longestWaitMs = 10_000
const retryMs = 20

/**
 * Runs `action` while nobody else changes the claim.
 *
 * @throws {OrchError} `task-not-found` when the claim is not there any more; `busy`
 */
export async function withClaim<T>(place: ClaimPlace, action: () => T | Promise<T>): Promise<T> {
  const path = join(place.path, lockFile)
  // The file stays until the directory has moved: whoever waits for it must not lock another one.
  const lock = await takeLock(place, path)
  try {
    // The directory may have been moved between opening the file and locking it.
    if (!pathExists(path) || place.file === undefined || !pathExists(place.file)) throw claimGone(place.task)
    return await action()
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

async function takeLock(place: ClaimPlace, path: string): Promise<FileLock> {
  for (const deadline = Date.now() + longestWaitMs; ; ) {
    const lock = openLock(place, path)
    if (lock) return lock
    if (Date.now() > deadline) {
      throw new OrchError('busy', `Another process is finishing or releasing ${place.task}.`, {
        hint: 'Try again in a moment.',
      })
    }
    await delay(retryMs)
  }
}

function openLock(place: ClaimPlace, path: string): FileLock | undefined {
  try {
    return tryLockFile(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw claimGone(place.task)
    throw mailError('mail-unwritable', 'Cannot lock', path, error)
  }
}
