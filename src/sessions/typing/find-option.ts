/** Finds the option that an answer means. */
import type { AgentProfile } from '../../agents/profile-schema.ts'
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import { OrchError } from '../../lib/errors.ts'
import { told } from './typing-errors.ts'

/** What is answered: an option by number, or a word: a number, a label, a meaning, else free text. */
export interface Choice {
  /** `approve`, `deny`, `cancel`, a number, an option's label, or text where the prompt takes it. */
  choice?: string | undefined
  /** Numbers of options; several where several may be ticked. */
  options?: readonly number[] | undefined
  /** Free text. */
  text?: string | undefined
}

export type Wanted =
  | { kind: 'options'; options: PromptOption[] }
  /** The keys that deny or cancel whatever is asked. */
  | { kind: 'keys'; keys: readonly string[] }
  | { kind: 'text'; text: string; through: PromptOption | undefined }

const meanings = ['approve', 'deny', 'cancel'] as const

/**
 * An option that goes beyond this one prompt (`always`) is found by its number or its exact label only.
 *
 * @param profile how the agent's prompts are denied and take text
 * @throws {OrchError} `option-unknown` with the options that there are.
 */
export function findOption(
  prompt: Prompt,
  answer: Choice,
  { deny, freeText }: Pick<AgentProfile['prompts'], 'deny' | 'freeText'>,
): Wanted {
  if (answer.options?.length) {
    return { kind: 'options', options: answer.options.map((number) => byNumber(prompt, number)) }
  }
  if (answer.text !== undefined) return asText(prompt, answer.text, freeText.through)
  const choice = (answer.choice ?? '').trim()
  const labelled = byLabel(prompt, choice)
  if (labelled) return { kind: 'options', options: [labelled] }
  if (/^\d{1,3}$/u.test(choice) && prompt.options.length > 0) {
    return { kind: 'options', options: [byNumber(prompt, Number(choice))] }
  }
  const meaning = meanings.find((word) => word === choice.toLowerCase())
  if (meaning) return byMeaning(prompt, meaning, deny)
  return asText(prompt, choice, freeText.through)
}

function byNumber(prompt: Prompt, number: number): PromptOption {
  const found = prompt.options.find((option) => option.number === number)
  if (found) return found
  throw unknown(prompt, `There is no option ${number}`)
}

function byLabel(prompt: Prompt, label: string): PromptOption | undefined {
  const wanted = plain(label)
  const found = prompt.options.filter((option) => wanted !== '' && plain(option.label) === wanted)
  return found.length === 1 ? found[0] : undefined
}

function plain(label: string): string {
  return label.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase()
}

function byMeaning(prompt: Prompt, meaning: (typeof meanings)[number], denyKeys: readonly string[]): Wanted {
  const found = prompt.options.find((option) => option.meaning === meaning)
  if (found && found.keys.length > 0) return { kind: 'options', options: [found] }
  if (meaning === 'approve') throw unknown(prompt, 'No option simply approves')
  if (prompt.kind === 'credential') throw unknown(prompt, `No key is known that means ${meaning}`)
  const other = prompt.options.find(
    (option) => (option.meaning === 'deny' || option.meaning === 'cancel') && option.keys.length > 0,
  )
  if (meaning === 'deny' && other) return { kind: 'options', options: [other] }
  if (denyKeys.length > 0) return { kind: 'keys', keys: denyKeys }
  throw unknown(prompt, `No option means ${meaning}`)
}

function asText(prompt: Prompt, text: string, by: AgentProfile['prompts']['freeText']['through']): Wanted {
  if (prompt.kind === 'free-text' || prompt.kind === 'credential' || prompt.options.length === 0) {
    if (prompt.kind !== 'pause') return { kind: 'text', text, through: undefined }
  }
  const asks = prompt.kind === 'question' || prompt.kind === 'choice' || prompt.kind === 'multi-select'
  const offers = ({ meaning, label }: PromptOption) =>
    meaning === 'amend' && /^(?:type|other|tell)/iu.test(label.trim())
  const through = by === 'last' ? prompt.options.at(-1) : prompt.options.find(offers)
  if (asks && through) return { kind: 'text', text, through }
  throw unknown(prompt, `No option is called "${text.slice(0, 60)}", and the prompt takes no text`)
}

function unknown(prompt: Prompt, what: string): OrchError {
  const offered = prompt.options.map(({ number, label }) => `${number}. ${label}`).join(', ')
  return new OrchError('option-unknown', `${what}. Nothing was typed.`, {
    hint: offered === '' ? 'The prompt takes text.' : `It offers: ${offered}`,
    details: { prompt: told(prompt) },
  })
}
