/** Writes what a session waits for into the thread of its task, where an orchestrating agent reads it. */

import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { appendToThread, threadPath } from '../mail/thread.ts'
import type { SessionRecord } from './session-record.ts'

/** The mailbox of the coordinator that blockers are brought to. */
const coordinator = 'claude'

/** Tells the coordinator that a session's task is done; a full disk must not stop the watching. */
export function tellCompletion(comms: string, record: SessionRecord, text: string, log: Logger): void {
  const path = threadPath(comms, coordinator, record.thread)
  guarded(log, () =>
    appendToThread(comms, path, { ...base(record, new Date().toISOString()), type: 'completion', text }),
  )
}

function base(record: SessionRecord, ts: string) {
  return { from: `session_${record.id}`, to: coordinator, ts, session: record.id, name: record.name }
}

function guarded(log: Logger, write: () => void): void {
  try {
    write()
  } catch (error) {
    log.error({ error: errorMessage(error) }, 'a message could not be written to the thread')
  }
}
