/** What an answer means to an agent that asks at its hook. Pure. */
import type { AskedPrompt } from '../../agents/session-state.ts'
import { OrchError } from '../../lib/errors.ts'
import type { Choice } from '../../sessions/typing/find-option.ts'
import type { AskDecision } from '../../signals/hooks/ask-record.ts'

export interface Decided {
  decision: AskDecision
  /** The label of what was chosen, or the text. */
  chosen: string
}

/**
 * A text of one's own is a denial that says what to do instead, as in the agents' dialogs.
 *
 * @throws {OrchError} `option-unknown`
 */
export function decisionFor(
  { options }: Pick<AskedPrompt, 'options'>,
  { choice, options: numbers, text }: Choice,
): Decided {
  if (text !== undefined) return { decision: { behavior: 'deny', message: text }, chosen: text }
  const words = choice?.trim() ?? ''
  const wanted = words.toLowerCase()
  const found =
    numbers === undefined
      ? options.find(
          ({ number, label, meaning }) =>
            wanted === String(number) || wanted === label.toLowerCase() || wanted === meaning,
        )
      : numbers.length === 1 && options.find(({ number }) => number === numbers[0])
  if (found) {
    const decision: AskDecision =
      found.meaning === 'approve' ? { behavior: 'allow' } : { behavior: 'deny', message: denied }
    return { decision, chosen: found.label }
  }
  if (wanted === 'cancel') return { decision: { behavior: 'deny', message: denied }, chosen: 'cancel' }
  if (numbers === undefined && words !== '' && !/^\d+$/u.test(words))
    return { decision: { behavior: 'deny', message: words }, chosen: words }
  const offered = options.map(({ number, label }) => `${number}. ${label}`).join(', ')
  throw new OrchError('option-unknown', `There is no option ${numbers?.join(', ') ?? words}.`, {
    hint: `Options: ${offered}.`,
  })
}

const denied = 'The permission was denied. Do without it, or say what you need it for.'
