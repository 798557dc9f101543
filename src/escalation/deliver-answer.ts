/**
 * Brings an answer to the agent: typed by the API or through AppleScript, bound to the prompt and seen to be
 * taken; where no terminal can be reached it waits in the session's mailbox.
 */
import { OrchError } from '../lib/errors.ts'
import { byTerminal, NotReached, type TypedDelivery } from '../sessions/delivery/by-terminal.ts'
import { cannotBeKept } from '../sessions/delivery/delivery-message.ts'
import type { DeliveryQueue } from '../sessions/delivery/delivery-queue.ts'
import type { WaitingDelivery } from '../sessions/delivery/waiting-delivery.ts'
import type { Typing } from '../sessions/typing/announcing.ts'
import type { Deliverer } from './deliver.ts'
import { type Choice, type Escalation, type ReceivedAnswer, wantsSecret } from './escalation.ts'
import type { Subject } from './subject.ts'

/** @param subject the session of an escalation */
export function deliverAnswer(
  subject: (session: string) => Subject | undefined,
  queue: Pick<DeliveryQueue, 'put'>,
): Deliverer {
  return async (escalation, answer, choice, typing) => {
    const session = subject(escalation.session)
    if (!session) throw new OrchError('session-gone', `The session "${escalation.name}" is gone.`)
    try {
      const { step, result, attempts } = await (escalation.prompt
        ? answerPrompt(session, escalation, { ...choice, secret: answer.choice === undefined, typing })
        : say(session, escalation, choice, typing))
      return { step, ...result, attempts }
    } catch (error) {
      if (!(error instanceof NotReached)) throw error
      const why = cannotWait(escalation, answer, choice)
      if (why !== undefined) throw withoutMailbox(error, why)
      const { from } = answer
      const what = whatWaits(escalation, choice)
      const about = { escalation: escalation.id, answer: answer.id }
      const { id, mailbox } = queue.put(session, { from, why: error.message, what, about })
      const evidence = `it waits in the mailbox ${mailbox} as message ${id}`
      const attempts = [...error.attempts, { step: 'mailbox' as const, confirmed: false, why: evidence }]
      return { step: 'mailbox', evidence, chosen: '', attempts, queued: id }
    }
  }
}

interface Typed {
  evidence: string
  chosen: string
}

function answerPrompt(
  session: Subject,
  { prompt, noticedAt }: Escalation,
  how: Choice & { secret: boolean; typing: Typing },
): Promise<TypedDelivery<Typed>> {
  const request = { ...how, fingerprint: prompt?.fingerprint, askedAt: noticedAt }
  return byTerminal((way) => session.answer(request, { way }))
}

/** Nothing with options was read: what is said goes into the input box, which must be in front. */
async function say(
  session: Subject,
  { kind, text: asked }: Escalation,
  choice: Choice,
  typing: Typing,
): Promise<TypedDelivery<Typed>> {
  const text = choice.text ?? choice.choice
  const means = text === undefined || ['approve', 'deny', 'cancel'].includes(text)
  if (means || kind === 'permission' || kind === 'trust') {
    throw new OrchError(
      'no-prompt',
      `Its dialog could not be read (${asked}), so nothing can be chosen in it.`,
      {
        hint: 'Look with `iterm-orch read`, and answer in the terminal.',
      },
    )
  }
  return byTerminal<Typed>(async (way) => {
    const { evidence } = await session.inject({ text, submit: true, keys: [], when: 'now', way, typing })
    return { evidence, chosen: text }
  })
}

/** Why the answer must not be written down; undefined: it may. */
function cannotWait(escalation: Escalation, answer: ReceivedAnswer, choice: Choice): string | undefined {
  if (wantsSecret(escalation)) return 'a secret is asked for, and secrets are not written down'
  const words = choice.text ?? choice.choice ?? ''
  // What came over the socket without a trace may be a secret, unless it names an option.
  if (answer.choice === undefined && !namesOption(escalation, choice))
    return 'it may be a secret, and secrets are not written down'
  return cannotBeKept(words)
}

function namesOption({ prompt }: Escalation, { choice, options, text }: Choice): boolean {
  if (text !== undefined) return false
  if (options !== undefined || choice === undefined) return true
  const wanted = choice.trim().toLowerCase()
  if (['approve', 'deny', 'cancel'].includes(wanted) || /^\d{1,2}$/u.test(wanted)) return true
  return prompt?.options.some(({ label }) => label.toLowerCase() === wanted) ?? false
}

function withoutMailbox(error: NotReached, why: string): NotReached {
  const attempts = [...error.attempts, { step: 'mailbox' as const, confirmed: false, why }]
  return new NotReached(error, attempts)
}

function whatWaits({ prompt, noticedAt }: Escalation, choice: Choice): WaitingDelivery['what'] {
  if (prompt) return { type: 'answer', fingerprint: prompt.fingerprint, askedAt: noticedAt, choice }
  return { type: 'command', text: choice.text ?? choice.choice ?? '', when: 'now', force: false }
}
