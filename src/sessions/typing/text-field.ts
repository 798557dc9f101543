/** The field of a menu that takes a text: opens it, and fills it. */
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import { type Bound, bindBut, isInFront, press, samePrompt } from './bound-prompt.ts'
import { asTyped } from './front.ts'
import type { Look } from './keyboard.ts'
import { lookUntil, Rest } from './look-until.ts'
import { selectedIn, selectOption } from './select-option.ts'
import { isDraftOf, tailOf } from './typable-text.ts'
import { draftInBox, promptChanged, unconfirmed } from './typing-errors.ts'

/** A field opens, and shows what is typed, within this. */
const fieldMs = 2_000

/**
 * The text stands in the field afterwards, alone and at rest; Enter was not pressed.
 *
 * @param through the option whose field it is; undefined: the field is open already
 * @returns the binding to the prompt with the text in it
 * @throws {OrchError} `prompt-changed`, `draft-in-box`, `submit-unconfirmed`.
 */
export async function fillField(
  bound: Bound,
  prompt: Prompt,
  text: string,
  through: PromptOption | undefined,
): Promise<Bound> {
  const { keyboard, facts } = bound
  const field = through
    ? await openField(bound, prompt, through)
    : bindBut(bound, prompt, selectedIn(prompt.options) ?? 0)
  const { field: draft } = (await samePrompt(field, through !== undefined)).prompt
  if (draft) throw draftInBox(draft, false)
  await keyboard.send(asTyped(text, keyboard.profile, facts))
  await untilShown(field, text)
  return field
}

/** The selection has to stand on the option before a letter is typed: other options take letters as keys. */
async function openField(bound: Bound, prompt: Prompt, through: PromptOption): Promise<Bound> {
  const field = bindBut(bound, prompt, through.number)
  await selectOption(field, through)
  const { open } = bound.keyboard.profile.prompts.freeText
  for (const key of open) {
    await samePrompt(field, true)
    await press(field, key)
  }
  const isOpen = (look: Look) => {
    const now = look.reading.prompt
    if (!now || !isInFront(field, look)) return undefined
    const selected = open.length === 0 && selectedIn(now.options) === through.number
    return now.field !== undefined || selected ? true : undefined
  }
  if (await lookUntil(bound.keyboard, fieldMs, isOpen)) return field
  const what = `the field of "${through.label}" did not open`
  throw unconfirmed(what, await bound.keyboard.look(), { typed: false })
}

/** Waits until the text, and nothing but it, stands in the field at rest. */
async function untilShown(bound: Bound, text: string): Promise<void> {
  const { keyboard, fingerprint } = bound
  const { settleMs, minimumMs } = keyboard.profile.submit
  const tail = tailOf(text)
  const typedAt = Date.now()
  const rest = new Rest()
  const shown = await lookUntil(keyboard, fieldMs + settleMs + minimumMs, ({ reading, picture, at }) => {
    const { prompt } = reading
    if (prompt && !bound.isSame(prompt)) throw promptChanged(fingerprint, prompt, true)
    const onScreen = picture.lines.some((line) => line.trimmed.includes(tail))
    const stands = prompt?.field === undefined ? onScreen : isDraftOf(prompt.field, text)
    const still = rest.of(stands ? (prompt?.field ?? 'shown') : '', at)
    return prompt && stands && still >= settleMs && at - typedAt >= minimumMs ? true : undefined
  })
  if (shown) return
  throw unconfirmed('the text did not appear in the prompt; Enter was not pressed', await keyboard.look(), {
    typed: true,
  })
}
