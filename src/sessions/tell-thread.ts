/** Writes what a session waits for into the thread of its task, where an orchestrating agent reads it. */

import type { Blocker, BlockerKind } from '../agents/session-state.ts'
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { appendToThread, threadHas, threadPath } from '../mail/thread.ts'
import type { SessionRecord } from './session-record.ts'

/** The mailbox of the coordinator that blockers are brought to. */
const coordinator = 'claude'

/** Appends the blocker unless the thread has it already; a full disk must not stop the watching. */
export function tellBlocker(comms: string, record: SessionRecord, blocker: Blocker, log: Logger): void {
  const path = threadPath(comms, coordinator, record.thread)
  guarded(log, () => {
    if (threadHas(path, blocker.id)) return
    appendToThread(path, {
      ...base(record, blocker.since),
      id: blocker.id,
      type: messageType(blocker.kind),
      text: blocker.text,
      kind: blocker.kind,
      source: blocker.source,
    })
  })
}

export function tellCompletion(comms: string, record: SessionRecord, text: string, log: Logger): void {
  const path = threadPath(comms, coordinator, record.thread)
  guarded(log, () =>
    appendToThread(path, { ...base(record, new Date().toISOString()), type: 'completion', text }),
  )
}

function base(record: SessionRecord, ts: string) {
  return { from: `session_${record.id}`, to: coordinator, ts, session: record.id, name: record.name }
}

function messageType(kind: BlockerKind): 'blocker' | 'permission_request' | 'clarification' {
  if (kind === 'permission' || kind === 'trust') return 'permission_request'
  if (kind === 'question' || kind === 'choice') return 'clarification'
  return 'blocker'
}

function guarded(log: Logger, write: () => void): void {
  try {
    write()
  } catch (error) {
    log.error({ error: errorMessage(error) }, 'a message could not be written to the thread')
  }
}
