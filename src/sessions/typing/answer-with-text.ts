/** Answers a prompt with free text: in the field of a menu, or on the line of the cursor. */
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import { type Bound, press, samePrompt } from './choose-option.ts'
import { asTyped } from './front.ts'
import type { Look } from './keyboard.ts'
import { lookUntil, Rest } from './look-until.ts'
import { submitLine } from './submit-line.ts'
import { assertFitsLine, bracketed, tailOf, typable } from './typable-text.ts'
import { promptChanged, unconfirmed } from './typing-errors.ts'

/** The field of an option opens, and shows what is typed, within this. */
const fieldMs = 2_000
const leaveMs = 4_000

/**
 * @param through the option that has to be chosen first
 * @throws {OrchError} `prompt-changed`, `submit-unconfirmed`, `not-accepting-input`, `usage`.
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
    return (await submitLine(keyboard, look, wanted, bytes)).evidence
  }
  if (through) await openField(bound, through)
  await keyboard.send(asTyped(wanted, keyboard.profile, facts))
  await untilShown(bound, prompt, wanted)
  await keyboard.send('\r')
  return questionLeaves(bound, prompt)
}

/** The selection has to stand on the option before a letter is typed: other options take letters as keys. */
async function openField(bound: Bound, through: PromptOption): Promise<void> {
  const { prompt } = await samePrompt(bound, false)
  const isOpen = ({ reading }: Look) =>
    reading.prompt?.kind === 'free-text' ||
    reading.prompt?.options.some(({ number, selected }) => selected && number === through.number)
      ? true
      : undefined
  const keys = through.keys.filter((key) => key !== 'enter')
  const selected = prompt.options.some((option) => option.selected && option.number === through.number)
  if (!selected) for (const key of keys) await press(bound, key)
  if (await lookUntil(bound.keyboard, fieldMs, isOpen)) return
  const what = `the field of "${through.label}" did not open`
  throw unconfirmed(what, await bound.keyboard.look(), { typed: false })
}

/** Typing changes the labels and with them the fingerprint; the question tells that it is the same prompt. */
async function untilShown({ keyboard }: Bound, prompt: Prompt, text: string): Promise<void> {
  const { settleMs, minimumMs } = keyboard.profile.submit
  const tail = tailOf(text)
  const typedAt = Date.now()
  const rest = new Rest()
  const shown = await lookUntil(keyboard, fieldMs + settleMs + minimumMs, (look) => {
    const now = look.reading.prompt
    if (now && now.question !== prompt.question) throw promptChanged(prompt.fingerprint, now, true)
    const rows = look.picture.lines.map((line) => line.trimmed).join('\n')
    const still = rest.of(rows.includes(tail) ? 'shown' : 'not shown', look.at)
    const due = look.at - typedAt >= minimumMs && still >= settleMs
    return now && rows.includes(tail) && due ? true : undefined
  })
  if (shown) return
  throw unconfirmed('the text did not appear in the prompt; Enter was not pressed', await keyboard.look(), {
    typed: true,
  })
}

async function questionLeaves({ keyboard }: Bound, prompt: Prompt): Promise<string> {
  let away = 0
  const gone = await lookUntil(keyboard, leaveMs, ({ reading }) => {
    away = reading.prompt?.question === prompt.question ? 0 : away + 1
    return away >= 2 ? true : undefined
  })
  if (gone) return 'after Enter the prompt left the screen'
  throw unconfirmed('after Enter the prompt is still on the screen', await keyboard.look(), { pressed: true })
}
