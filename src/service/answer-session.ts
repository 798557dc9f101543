import type { Escalations } from '../escalation/escalations.ts'
import type { EscalationSettings } from '../escalation/ladder-rules.ts'
import { person } from '../escalation/person.ts'
import type { Session } from '../sessions/session.ts'
import type { AnswerQueued, AnswerRequest } from './api.ts'
import { type AnswerDelivery, answerPrompt } from './deliver.ts'
import { refuseUnasked } from './refuse-unasked.ts'

/** Answers the prompt of a session: through its escalation, where there is one for this prompt. */
export async function answerSession(
  session: Session,
  { fingerprint, by = person, via, secret, ...choice }: AnswerRequest,
  { escalations, settings }: { escalations: Escalations; settings: EscalationSettings },
): Promise<AnswerDelivery | AnswerQueued> {
  const open = escalations.openOf(session.id)
  const asked = open?.prompt?.fingerprint
  if (!open || asked === undefined || (fingerprint !== undefined && fingerprint !== asked)) {
    const refused = refuseUnasked(session, choice, { from: by, via, secret }, settings)
    if (refused) throw refused
    return answerPrompt(session, { ...choice, fingerprint, secret })
  }
  const taken = await escalations.answer(open.id, choice, { from: by, via, secret })
  const { evidence, already, answer, step: delivered = 'api', queued } = taken
  if (queued !== undefined) return { confirmed: false, evidence, delivered: 'mailbox', queued }
  return { confirmed: true, evidence, already, fingerprint: asked, chosen: answer.chosen ?? '', delivered }
}
