/** Ticks options of a menu where several may be chosen, and hands the choice in. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import { type Bound, bindTo, press, samePrompt } from './bound-prompt.ts'
import { chooseOption, leaves } from './choose-option.ts'
import type { Look } from './keyboard.ts'
import { lookUntil } from './look-until.ts'
import { selectOption } from './select-option.ts'
import { fillField } from './text-field.ts'
import { promptChanged, unconfirmed } from './typing-errors.ts'

/** A toggled box shows within this. */
const tickMs = 1_200

/** A text as one of the choices, and the option that takes it; undefined when its field is open already. */
export interface OwnChoice {
  text: string
  through: PromptOption | undefined
}

/**
 * Afterwards exactly the wanted options were ticked, and the text given as another one. A review of the
 * answers that comes up is submitted.
 *
 * @throws {OrchError} `prompt-changed`, `draft-in-box`, `submit-unconfirmed`.
 */
export async function tickOptions(
  bound: Bound,
  prompt: Prompt,
  wanted: readonly PromptOption[],
  fresh: (look: Look) => number,
  own?: OwnChoice,
): Promise<string> {
  const numbers = new Set([...wanted, ...(own?.through ? [own.through] : [])].map(({ number }) => number))
  for (const { number, ticked } of prompt.options) {
    if (ticked === undefined || number === own?.through?.number) continue
    if (ticked !== numbers.has(number)) await toggle(bound, number)
  }
  const filled = own ? await writeOwn(bound, prompt, own) : bound
  for (const key of bound.keyboard.profile.prompts.afterTicks) {
    await samePrompt(filled, true)
    await press(filled, key)
  }
  const evidence = await leaves(filled, 'after the ticks')
  return (await submitReview(bound, fresh)) ?? evidence
}

/** The field takes the keys that hand the ticks in for itself, so the selection leaves it. */
async function writeOwn(bound: Bound, prompt: Prompt, { text, through }: OwnChoice): Promise<Bound> {
  const filled = await fillField(bound, prompt, text, through)
  const now = (await samePrompt(filled, true)).prompt
  const at = now.options.findIndex(({ selected }) => selected)
  const other = now.options[at - 1] ?? now.options[at + 1]
  if (other) await selectOption(filled, other)
  return filled
}

async function toggle(bound: Bound, number: number): Promise<void> {
  const { prompt } = await samePrompt(bound, true)
  const option = prompt.options.find((candidate) => candidate.number === number)
  for (const key of option?.keys ?? []) {
    await samePrompt(bound, true)
    await press(bound, key)
  }
  const done = await lookUntil(bound.keyboard, tickMs, ({ reading }) => {
    if (reading.prompt && !bound.isSame(reading.prompt)) {
      throw promptChanged(bound.fingerprint, reading.prompt, true)
    }
    const now = reading.prompt?.options.find((candidate) => candidate.number === number)
    return now !== undefined && now.ticked !== option?.ticked ? true : undefined
  })
  if (done) return
  throw unconfirmed(`the box of option ${number} did not change`, await bound.keyboard.look(), {
    pressed: true,
  })
}

async function submitReview(bound: Bound, fresh: (look: Look) => number): Promise<string | undefined> {
  for (;;) {
    const look = await bound.keyboard.look()
    const { prompt } = look.reading
    const submits = prompt?.options.find(({ meaning }) => meaning === 'approve')
    if (prompt?.kind !== 'review' || !submits) return undefined
    const wait = fresh(look)
    if (wait <= 0) return chooseOption(bindTo(bound.keyboard, bound.facts, prompt), { look, prompt }, submits)
    await delay(wait)
  }
}
