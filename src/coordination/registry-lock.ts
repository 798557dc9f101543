/** One at a time changes what is in `registry/`: the subordinates, and what was given to them. */
import { join } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { tryLockFile, waitForLock } from '../lib/lock-file.ts'
import { type Comms, makeDirectoryInside } from '../mail/comms.ts'
import { writing } from '../mail/mail-error.ts'
import type { Mailbox } from '../mail/mailbox.ts'

const longestWaitMs = 5_000

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
  const path = join(makeDirectoryInside(comms, mailbox.registry), '.lock')
  const lock = await waitForLock(longestWaitMs, () => writing(path, () => tryLockFile(path)))
  if (!lock) {
    throw new OrchError('busy', 'Another process is changing the registry.', {
      hint: 'Try again in a moment.',
    })
  }
  try {
    return await action()
  } finally {
    lock.release()
  }
}
