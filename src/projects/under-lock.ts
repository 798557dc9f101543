import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../lib/errors.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import { tryLockFile } from '../lib/lock-file.ts'

/** A change takes milliseconds; more than this is somebody who hangs. */
const longestWaitMs = 10_000
const lockWaitMs = 10

/** @throws {OrchError} `busy` when another process keeps the lock */
export async function underLock<T>(path: string, work: () => T): Promise<T> {
  ensurePrivateDirectory(dirname(path))
  for (const deadline = performance.now() + longestWaitMs; ; await delay(lockWaitMs)) {
    const lock = tryLockFile(path)
    if (lock) {
      try {
        return work()
      } finally {
        lock.release()
      }
    }
    if (performance.now() < deadline) continue
    throw new OrchError('busy', 'Another command has been changing the same file for some time.', {
      hint: `Its process id is in ${path}.`,
    })
  }
}
