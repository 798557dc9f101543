import { join } from 'node:path'
import { errorMessage } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import type { Logger } from '../lib/logger.ts'
import { sweepTemporaries } from '../lib/temporary-file.ts'

/**
 * Removes what killed processes have left half written. Tasks and escalations see to theirs themselves, mailboxes are
 * the matter of `mail doctor`.
 */
export function sweepHome({ root, run, sessions, pids, state }: Home, log: Logger): void {
  const parts = ['deliveries', 'limits', 'marks', 'hooks'].map((name) => join(state, name))
  for (const directory of [root, run, sessions, pids, state, ...parts]) {
    try {
      const count = sweepTemporaries(directory)
      if (count > 0)
        log.info({ directory, count }, 'files that killed processes had begun to write are removed')
    } catch (error) {
      log.warn({ directory, error: errorMessage(error) }, 'what killed processes have left stays there')
    }
  }
}
