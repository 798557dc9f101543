/** Moves the selection of a menu to an option. */
import type { PromptOption } from '../../agents/reading/prompt.ts'
import { type Bound, press, samePrompt } from './bound-prompt.ts'
import type { Look } from './keyboard.ts'
import { lookUntil } from './look-until.ts'
import { unconfirmed } from './typing-errors.ts'

/** A menu that takes a key shows it within this; after it the key counts as ignored. */
export const keyMs = 1_200

/**
 * One arrow key at a time, each step seen on the screen. Nothing is chosen by it.
 *
 * @throws {OrchError} `prompt-changed`, `submit-unconfirmed`.
 */
export async function selectOption(bound: Bound, option: PromptOption): Promise<void> {
  const across = option.keys.some((key) => key === 'left' || key === 'right')
  for (let step = 0; ; step++) {
    const { look, prompt } = await samePrompt(bound, step > 0)
    const from = prompt.options.findIndex(({ selected }) => selected)
    const to = prompt.options.findIndex(({ number }) => number === option.number)
    if (from < 0 || to < 0 || step > prompt.options.length) {
      throw unconfirmed(`the selection cannot be moved to "${option.label}"`, look, { chosen: false })
    }
    if (from === to) return
    const key = to > from ? (across ? 'right' : 'down') : across ? 'left' : 'up'
    await press(bound, key)
    const selected = prompt.options[from]?.number
    // A look may come while the menu is drawn anew, when there is none.
    const hasMoved = ({ reading }: Look) =>
      reading.prompt && selectedIn(reading.prompt.options) !== selected ? true : undefined
    const moved = await lookUntil(bound.keyboard, keyMs, hasMoved, [])
    if (moved) continue
    await samePrompt(bound, true)
    throw unconfirmed(`the selection did not move after ${key}`, look, { chosen: false })
  }
}

export function selectedIn(options: readonly PromptOption[] | undefined): number | undefined {
  return options?.find(({ selected }) => selected)?.number
}
