/** What became of an escalation while no service ran. */
import { type Escalation, isAbout, type Outcome } from './escalation.ts'
import { sessionOver } from './session-over.ts'
import type { Subject } from './subject.ts'

/**
 * @param isUnreadable whether there is a record of the session that cannot be read
 * @returns undefined: it is open, as far as can be told
 */
export function overMeanwhile(
  escalation: Escalation,
  subject: Subject | undefined,
  isUnreadable: (session: string) => boolean,
): [Outcome, string] | undefined {
  const { session, prompt, openedAt } = escalation
  if (!subject)
    return isUnreadable(session) ? undefined : sessionOver(escalation, 'gone', 'the session is gone')
  const { waitsFor, exit, lastAnswer: last } = subject.record
  if (exit) return sessionOver(escalation, 'exited', `the program has ended (${exit.reason})`)
  if (isAbout(escalation, waitsFor)) return undefined
  if (prompt && last?.fingerprint === prompt.fingerprint && last.at >= openedAt)
    return ['answered', 'the session has its answer on record']
  // What cannot be looked at is not known to be gone; the sweep looks later.
  return subject.terminal && ['withdrawn', 'its prompt was gone when the service came back']
}
