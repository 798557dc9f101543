/** Types text without Enter. */
import { assertTakesText, asTyped } from './front.ts'
import type { Keyboard, TypingResult } from './keyboard.ts'
import { ownDraft, type TextOptions } from './submit.ts'
import { typeLine } from './submit-line.ts'
import { typable } from './typable-text.ts'
import { typeIntoBox } from './type-into-box.ts'

/** @throws {OrchError} as `submit`. */
export async function typeText(
  keyboard: Keyboard,
  text: string,
  options: TextOptions,
): Promise<TypingResult> {
  const wanted = typable(text)
  const facts = await keyboard.facts()
  const before = await keyboard.look()
  assertTakesText(keyboard, facts, before, wanted, options.force)
  const bytes = asTyped(wanted, keyboard.profile, facts)
  const box = before.reading.inputBox
  if (keyboard.profile.inputBox !== undefined && box) {
    await typeIntoBox(keyboard, wanted, bytes, ownDraft(wanted, box.draft))
    return { confirmed: true, evidence: 'the text stands in the input box' }
  }
  const { tail } = await typeLine(keyboard, before, wanted, bytes, facts)
  const evidence =
    tail === undefined ? 'the text was typed; the program shows no echo' : 'the text is on the screen'
  return { confirmed: true, evidence }
}
