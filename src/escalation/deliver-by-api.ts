/** Brings an answer to the agent through the terminal: bound to the prompt, typed, and seen to be taken. */
import { OrchError } from '../lib/errors.ts'
import type { Delivered, Deliverer } from './deliver.ts'
import type { Choice, Escalation } from './escalation.ts'
import type { Subject } from './subject.ts'

/** @param subject the session of an escalation */
export function deliverByApi(subject: (session: string) => Subject | undefined): Deliverer {
  return async (escalation, answer, choice, typing) => {
    const secret = answer.choice === undefined
    const session = subject(escalation.session)
    if (!session) throw new OrchError('session-gone', `The session "${escalation.name}" is gone.`)
    return escalation.prompt
      ? answerPrompt(session, escalation, { ...choice, secret, typing })
      : say(session, escalation, choice, typing)
  }
}

async function answerPrompt(
  session: Subject,
  escalation: Escalation,
  how: Choice & { secret: boolean; typing: () => void },
): Promise<Delivered> {
  const fingerprint = escalation.prompt?.fingerprint
  const askedAt = escalation.noticedAt
  const { evidence, chosen } = await session.answer({ ...how, fingerprint, askedAt })
  return { step: 'api', evidence, chosen }
}

/** Nothing with options was read: what is said goes into the input box, which must be in front. */
async function say(
  session: Subject,
  { kind, text: asked }: Escalation,
  choice: Choice,
  typing: () => void,
): Promise<Delivered> {
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
  const { evidence } = await session.inject({ text, submit: true, keys: [], when: 'now', typing })
  return { step: 'api', evidence, chosen: text }
}
