/** Types the task of a session whose agent takes it in its input box. */
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Session, SessionContext } from './session.ts'

/** A program takes its first typed line when its screen has been quiet for this long, or after the limit. */
const quietMs = 700
const typedTaskLimitMs = 15_000
/** A task waits so long for a login or another first question to be answered. */
const typedTaskWaitMs = 86_400_000

/**
 * Types the task when the program is up; `typing` is on the disk before the first byte is on its way. A failure that
 * typed nothing leaves it `pending`, for the next service.
 */
export async function typeTask(
  session: Session,
  { store, log }: Pick<SessionContext, 'store' | 'log'>,
): Promise<void> {
  try {
    await untilQuiet(session)
    if (session.record.exit) return
    const text = readFileSync(store.taskPath(session.id), 'utf8').replaceAll('\r\n', '\n').trimEnd()
    session.update({ typedTask: 'typing' })
    await session.inject({ text, submit: true, keys: [], when: 'next-prompt', waitMs: typedTaskWaitMs })
    session.update({ typedTask: 'done' })
  } catch (error) {
    const untouched = error instanceof OrchError && error.details?.['typed'] === false
    if (untouched && !session.record.exit) session.update({ typedTask: 'pending' })
    log.error({ error: errorMessage(error), session: session.id }, 'the task could not be typed')
  }
}

async function untilQuiet(session: Session): Promise<void> {
  const deadline = Date.now() + typedTaskLimitMs
  let last = ''
  let changedAt = Date.now()
  while (Date.now() < deadline && !session.record.exit) {
    await delay(50)
    const now = session.lastLines().join('\n')
    if (now !== last) {
      last = now
      changedAt = Date.now()
    }
    if (now !== '' && Date.now() - changedAt >= quietMs) return
  }
}
