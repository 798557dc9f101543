/** One at a time changes what is in `registry/`: the subordinates, and what was given to them. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../lib/errors.ts'
import { type FileLock, tryLockFile } from '../lib/lock-file.ts'
import { type Comms, makeDirectoryInside } from '../mail/comms.ts'
import { writing } from '../mail/mail-error.ts'
import type { Mailbox } from '../mail/mailbox.ts'

const longestWaitMs = 5_000
const retryMs = 10

/**
 * Runs `action` while no other process changes the registry.
 *
 * @throws {OrchError} `busy`, `mail-unwritable`
 */
export async function withRegistry<T>(
  comms: Comms,
  mailbox: Mailbox,
  action: () => T | Promise<T>,
): Promise<T> {
  const lock = await takeLock(join(makeDirectoryInside(comms, mailbox.registry), '.lock'))
  try {
    return await action()
  } finally {
    lock.release()
  }
}

async function takeLock(path: string): Promise<FileLock> {
  for (const deadline = Date.now() + longestWaitMs; Date.now() < deadline; await delay(retryMs)) {
    const lock = writing(path, () => tryLockFile(path))
    if (lock) return lock
  }
  throw new OrchError('busy', 'Another process is changing the registry.', { hint: 'Try again in a moment.' })
}
