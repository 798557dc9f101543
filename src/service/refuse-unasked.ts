/** Who may answer what is on the screen of a session while no escalation speaks of it. */
import { type Answerer, type Asked, authority } from '../escalation/authority.ts'
import type { Choice, Escalation } from '../escalation/escalation.ts'
import type { EscalationSettings } from '../escalation/ladder-rules.ts'
import type { OrchError } from '../lib/errors.ts'
import type { Session } from '../sessions/session.ts'
import { mailboxOf } from '../sessions/session-mailbox.ts'

/** Nobody is trusted with more than where there is one: what could not be read may be a permission. */
export function refuseUnasked(
  session: Session,
  choice: Choice,
  who: Answerer,
  { may_grant }: EscalationSettings,
): OrchError | undefined {
  const { waitsFor, orchestrator } = session.record
  const asked: Pick<Escalation, Asked> = {
    // A session is named by the beginning of its id.
    id: session.id.slice(0, 8),
    session: session.id,
    mailbox: mailboxOf(session.record),
    kind: waitsFor?.kind ?? 'permission',
    prompt: waitsFor?.prompt,
    orchestrator,
  }
  return authority(asked, choice, who, may_grant)
}
