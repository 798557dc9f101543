/** Makes a parked session go on: the option that waits, where a dialog asks, then its profile's text. */
import type { AgentProfile } from '../../agents/profile-schema.ts'
import { OrchError } from '../../lib/errors.ts'
import type { Subject } from '../subject.ts'
import type { Trial } from './account-limit.ts'

export interface GoOnHooks {
  /** Called right before the first byte is sent; nothing is sent when it throws. */
  typing(step: Trial['step']): void
  typed(step: Trial['step']): void
}

/** The input box comes back within this after a dialog. */
const boxMs = 10_000

/**
 * Every key goes the way of all typing: never a text into a dialog, never next to a draft, the option only while
 * the very dialog is in front.
 *
 * @param dialogDone its option was chosen before; a dialog in front is another one
 * @throws {OrchError} as `Session.answer` and `Session.inject`
 */
export async function goOn(
  session: Subject,
  { text, wait }: AgentProfile['resume'],
  { typing, typed }: GoOnHooks,
  dialogDone = false,
): Promise<void> {
  const { prompt, state } = (await session.look()).reading
  if (prompt) {
    const fits = new RegExp(wait ?? '(?!)', 'u')
    const [option, ...more] = prompt.options.filter(({ label }) => fits.test(label))
    if (state !== 'limited' || dialogDone || !option || more.length > 0) throw otherDialog(prompt.question)
    const { fingerprint } = prompt
    await session.answer({ options: [option.number], fingerprint, typing: () => typing('dialog') })
    typed('dialog')
  }
  await session.inject({
    ...{ text, submit: true, keys: [], when: 'next-prompt', waitMs: boxMs },
    typing: () => typing('text'),
  })
  typed('text')
}

function otherDialog(question: string): OrchError {
  return new OrchError('not-accepting-input', `A dialog is in front: ${question}`, {
    hint: 'Answer it; the session goes on then.',
    details: { typed: false },
  })
}
