import { dirname } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import { tryLockFile, waitForLock } from '../lib/lock-file.ts'

/** A change takes milliseconds; more than this is somebody who hangs. */
const longestWaitMs = 10_000

/** @throws {OrchError} `busy` when another process keeps the lock */
export async function underLock<T>(path: string, work: () => T): Promise<T> {
  ensurePrivateDirectory(dirname(path))
  const lock = await waitForLock(longestWaitMs, () => tryLockFile(path))
  if (!lock) {
    throw new OrchError('busy', 'Another command has been changing the same file for some time.', {
      hint: `Its process id is in ${path}.`,
    })
  }
  try {
    return work()
  } finally {
    lock.release()
  }
}
