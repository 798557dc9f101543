/** Chooses one option of a menu and proves that it was taken. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import { OrchError } from '../../lib/errors.ts'
import { type Bound, isInFront, press, samePrompt } from './bound-prompt.ts'
import type { Look } from './keyboard.ts'
import { lookMs, lookUntil, unlessClosed } from './look-until.ts'
import { keyMs, selectedIn, selectOption } from './select-option.ts'
import { unconfirmed } from './typing-errors.ts'

/** An answered prompt leaves the screen within this. */
const leaveMs = 4_000

type Outcome = 'left' | 'selected'

/**
 * Its own key where it has one; arrows and Enter where not, or where the menu is seen to ignore it.
 *
 * @param before the prompt as it was seen just now
 * @throws {OrchError} `option-unknown`, `prompt-changed`, `submit-unconfirmed`.
 */
export async function chooseOption(
  bound: Bound,
  before: { look: Look; prompt: Prompt },
  option: PromptOption,
): Promise<string> {
  const [key] = option.keys
  if (key === undefined) {
    throw new OrchError(
      'option-unknown',
      `No key is known that chooses "${option.label}". Nothing was typed.`,
      {
        hint: 'Choose it in the session, or press its keys with `iterm-orch inject --key`.',
      },
    )
  }
  if (isArrow(key) || key === 'enter') return walkTo(bound, option)
  await press(bound, key)
  const looking = lookUntil(bound.keyboard, keyMs, outcomeOf(bound, option, before.prompt))
  const outcome = await unlessClosed(looking, 'left')
  if (outcome === 'left') return leaves(bound, `after ${key}`, 1)
  const after = await samePrompt(bound, true)
  const selected = selectedIn(after.prompt.options)
  const ignored = stillFace(before.look) === stillFace(after.look)
  // A menu that took the digit as a selection waits for Enter; one that ignores digits wants arrows.
  if (selected === option.number || ignored) return walkTo(bound, option)
  throw unconfirmed(`the menu did not take ${key}`, after.look, { pressed: [key] })
}

/** Enter is pressed only on the wanted option. */
async function walkTo(bound: Bound, option: PromptOption): Promise<string> {
  await selectOption(bound, option)
  await press(bound, 'enter')
  return leaves(bound, 'after Enter on it')
}

/**
 * Waits until the prompt is seen to be gone, in two looks: a repaint may show half a screen.
 *
 * @param seen looks that have just shown that it is gone
 * @throws {OrchError} `submit-unconfirmed`.
 */
export async function leaves(bound: Bound, when: string, seen: 0 | 1 = 0): Promise<string> {
  const { keyboard } = bound
  let away: number = seen
  if (away > 0) await delay(lookMs)
  const isGone = (look: Look) => {
    away = isInFront(bound, look) ? 0 : away + 1
    if (away < 2) return undefined
    return look.reading.prompt ? 'the prompt gave way to another one' : 'the prompt left the screen'
  }
  const looking = lookUntil(keyboard, leaveMs, isGone, [])
  const evidence = await unlessClosed(looking, 'its session was closed')
  if (evidence !== undefined) return `${when} ${evidence}`
  if (await keyboard.ended()) return `${when} the program ended`
  throw unconfirmed(`${when} the prompt is still on the screen`, await keyboard.look(), { pressed: true })
}

function outcomeOf(bound: Bound, option: PromptOption, before: Prompt): (look: Look) => Outcome | undefined {
  const selectedBefore = selectedIn(before.options)
  return (look) => {
    if (!isInFront(bound, look)) return 'left'
    const selected = selectedIn(look.reading.prompt?.options)
    return selected === option.number && selectedBefore !== option.number ? 'selected' : undefined
  }
}

/** The screen without what moves by itself: spinners, counters. Equal: the key did nothing. */
function stillFace({ picture }: Look): string {
  return picture.lines.map(({ text }) => text.replace(/[^\p{L}\s]/gu, '')).join('\n')
}

function isArrow(key: string): boolean {
  return key === 'up' || key === 'down' || key === 'left' || key === 'right'
}
