/** Takes the marks from sessions that wait for nobody any more, and that nobody follows who would do it. */
import type { SessionMarks } from '../escalation/session-marks.ts'
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Session } from '../sessions/session.ts'
import type { Terminal } from '../terminal/terminal.ts'

/**
 * A session may have been forgotten, or have ended, while no service ran. One that this terminal does not have is left
 * alone: another one may have it.
 */
export async function clearForgottenMarks(
  marks: SessionMarks,
  terminal: Pick<Terminal, 'list' | 'looks'>,
  sessions: readonly Pick<Session, 'record' | 'terminal'>[],
  log: Logger,
): Promise<void> {
  try {
    const followed = sessions.filter((session) => session.terminal !== undefined)
    const ids = new Set(followed.map(({ record }) => record.terminalSession))
    const left = marks.marked().filter((id) => !ids.has(id))
    if (left.length === 0) return
    const present = new Set((await terminal.list()).map(({ id }) => id))
    for (const id of left) if (present.has(id)) await marks.clear(id, terminal.looks(id))
  } catch (error) {
    log.debug({ error: errorMessage(error) }, 'the marks of forgotten sessions were left')
  }
}
