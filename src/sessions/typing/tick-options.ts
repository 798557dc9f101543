/** Ticks options of a menu where several may be chosen, and hands the choice in. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import { type Bound, chooseOption, leaves, press, samePrompt } from './choose-option.ts'
import type { Look } from './keyboard.ts'
import { lookUntil } from './look-until.ts'
import { promptChanged, unconfirmed } from './typing-errors.ts'

/** A toggled box shows within this. */
const tickMs = 1_200

/**
 * Afterwards exactly the wanted options were ticked. A review of the answers that comes up is submitted.
 *
 * @throws {OrchError} `prompt-changed`, `submit-unconfirmed`.
 */
export async function tickOptions(
  bound: Bound,
  prompt: Prompt,
  wanted: readonly PromptOption[],
  fresh: (look: Look) => number,
): Promise<string> {
  const numbers = new Set(wanted.map(({ number }) => number))
  for (const { number, ticked } of prompt.options) {
    if (ticked !== undefined && ticked !== numbers.has(number)) await toggle(bound, number)
  }
  for (const key of bound.keyboard.profile.prompts.afterTicks) {
    await samePrompt(bound, true)
    await press(bound, key)
  }
  const evidence = await leaves(bound, 'after the ticks')
  return (await submitReview(bound, fresh)) ?? evidence
}

async function toggle(bound: Bound, number: number): Promise<void> {
  const { prompt } = await samePrompt(bound, true)
  const option = prompt.options.find((candidate) => candidate.number === number)
  for (const key of option?.keys ?? []) {
    await samePrompt(bound, true)
    await press(bound, key)
  }
  const done = await lookUntil(bound.keyboard, tickMs, ({ reading }) => {
    if (reading.prompt && reading.prompt.fingerprint !== bound.fingerprint) {
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
    if (wait <= 0) return chooseOption({ ...bound, fingerprint: prompt.fingerprint }, submits)
    await delay(wait)
  }
}
