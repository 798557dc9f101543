/** The steps by which text and answers get into a session: API, AppleScript, mailbox. */
import { byTerminal, type DeliveryAttempt, NotReached } from '../sessions/delivery/by-terminal.ts'
import { cannotBeKept } from '../sessions/delivery/delivery-message.ts'
import type { DeliveryQueue } from '../sessions/delivery/delivery-queue.ts'
import type { Journal } from '../sessions/journal.ts'
import type { Session } from '../sessions/session.ts'
import type { AnswerRequest } from '../sessions/typing/answer.ts'
import type { AnswerOutcome, Injection } from '../sessions/typing/typist.ts'

export interface InjectDelivery {
  confirmed: boolean
  evidence: string
  delivered: DeliveryAttempt['step']
  /** Id of the message in which it waits. */
  queued?: string
  attempts: DeliveryAttempt[]
}

export interface AnswerDelivery extends AnswerOutcome {
  delivered: DeliveryAttempt['step']
}

/** Whoever may reach the socket is the person at the keyboard. */
const person = 'human'

/**
 * Types; a text with Enter waits in the session's mailbox when no terminal can be reached. Keys, drafts and
 * what may be a secret do not.
 *
 * @throws {OrchError} as `Session.inject`; `mail-unwritable`
 */
export async function injectOrQueue(
  session: Session,
  injection: Injection,
  queue: DeliveryQueue,
  journal: Journal,
): Promise<InjectDelivery> {
  try {
    const { step, result, attempts } = await byTerminal((way) => session.inject({ ...injection, way }))
    return { ...result, delivered: step, attempts }
  } catch (error) {
    const text = error instanceof NotReached ? textThatMayWait(session, injection) : undefined
    if (!(error instanceof NotReached) || text === undefined) throw error
    const what = { type: 'command' as const, text, when: injection.when, force: injection.force === true }
    const { id, mailbox } = queue.put(session, { from: person, why: error.message, what })
    const evidence = `it waits in the mailbox ${mailbox} as message ${id}`
    const attempts = [...error.attempts, { step: 'mailbox' as const, confirmed: false, why: evidence }]
    const { name, task } = session.record
    for (const attempt of attempts)
      journal.add({ type: 'delivered', session: session.id, name, task, message: id, ...attempt })
    return { confirmed: false, evidence, delivered: 'mailbox', queued: id, attempts }
  }
}

/** Answers a prompt of which there is no escalation. @throws {OrchError} as `Session.answer` */
export async function answerPrompt(session: Session, request: AnswerRequest): Promise<AnswerDelivery> {
  const { step, result } = await byTerminal((way) => session.answer(request, { way }))
  return { ...result, delivered: step }
}

function textThatMayWait({ record }: Session, { text, submit, keys }: Injection): string | undefined {
  if (text === undefined || !submit || keys.length > 0) return undefined
  const asked = record.waitsFor?.kind
  if (asked === 'credential' || asked === 'login') return undefined
  return cannotBeKept(text) === undefined ? text : undefined
}
