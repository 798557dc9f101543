/** Answers a prompt with free text: in the field of a menu, or on the line of the cursor. */
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import type { Bound } from './bound-prompt.ts'
import { leaves } from './choose-option.ts'
import type { Look } from './keyboard.ts'
import { submitLine } from './submit-line.ts'
import { fillField } from './text-field.ts'
import { assertFitsLine, bracketed, typable } from './typable-text.ts'

/**
 * @param through the option that has to be chosen first
 * @throws {OrchError} `prompt-changed`, `draft-in-box`, `submit-unconfirmed`, `not-accepting-input`, `usage`.
 */
export async function answerWithText(
  bound: Bound,
  look: Look,
  prompt: Prompt,
  text: string,
  through: PromptOption | undefined,
): Promise<string> {
  const { keyboard, facts } = bound
  const wanted = typable(text)
  if (facts.canonical) assertFitsLine(wanted)
  if (prompt.options.length === 0) {
    const bytes = facts.bracketedPaste && !facts.canonical ? bracketed(wanted) : wanted
    return (await submitLine(keyboard, look, wanted, bytes, facts)).evidence
  }
  const field = await fillField(bound, prompt, wanted, through)
  await keyboard.send('\r')
  return leaves(field, 'after Enter')
}
