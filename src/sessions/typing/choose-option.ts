/** Chooses one option of a menu and proves that it was taken. */
import type { Prompt, PromptOption } from '../../agents/reading/prompt.ts'
import { OrchError } from '../../lib/errors.ts'
import { bytesOfKey } from '../keys.ts'
import type { Keyboard, Look, ProgramFacts } from './keyboard.ts'
import { lookUntil } from './look-until.ts'
import { applicationForm } from './press-keys.ts'
import { promptChanged, unconfirmed } from './typing-errors.ts'

/** An answer under way, bound to one prompt. */
export interface Bound {
  keyboard: Keyboard
  facts: ProgramFacts
  fingerprint: string
}

/** A menu that takes a key shows it within this; after it the key counts as ignored. */
const keyMs = 1_200
/** An answered prompt leaves the screen within this. */
const leaveMs = 4_000

type Outcome = 'left' | 'selected'

/**
 * Its own key where it has one; arrows and Enter where not, or where the menu is seen to ignore it.
 *
 * @throws {OrchError} `option-unknown`, `prompt-changed`, `submit-unconfirmed`.
 */
export async function chooseOption(bound: Bound, option: PromptOption): Promise<string> {
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
  const before = await samePrompt(bound, false)
  await press(bound, key)
  const outcome = await lookUntil(bound.keyboard, keyMs, outcomeOf(bound, option, before.prompt))
  if (outcome === 'left') return leaves(bound, `after ${key}`)
  const after = await samePrompt(bound, true)
  const selected = after.prompt.options.find((candidate) => candidate.selected)?.number
  const ignored = stillFace(before.look) === stillFace(after.look)
  // A menu that took the digit as a selection waits for Enter; one that ignores digits wants arrows.
  if (selected === option.number || ignored) return walkTo(bound, option)
  throw unconfirmed(`the menu did not take ${key}`, after.look, { pressed: [key] })
}

/** Moves the selection step by step, each seen on the screen, and presses Enter only on the wanted option. */
async function walkTo(bound: Bound, option: PromptOption): Promise<string> {
  const across = option.keys.some((key) => key === 'left' || key === 'right')
  for (let step = 0; ; step++) {
    const { look, prompt } = await samePrompt(bound, step > 0)
    const from = prompt.options.findIndex(({ selected }) => selected)
    const to = prompt.options.findIndex((candidate) => isSame(candidate, option))
    if (from < 0 || to < 0 || step > prompt.options.length) {
      throw unconfirmed(`the selection cannot be moved to "${option.label}"`, look, { chosen: false })
    }
    if (from === to) break
    const key = to > from ? (across ? 'right' : 'down') : across ? 'left' : 'up'
    await press(bound, key)
    const selected = prompt.options[from]?.number
    const moved = await lookUntil(bound.keyboard, keyMs, ({ reading }) =>
      reading.prompt?.fingerprint !== bound.fingerprint ||
      reading.prompt.options.find((candidate) => candidate.selected)?.number !== selected
        ? true
        : undefined,
    )
    if (!moved) throw unconfirmed(`the selection did not move after ${key}`, look, { chosen: false })
  }
  await press(bound, 'enter')
  return leaves(bound, 'after Enter on it')
}

/**
 * Waits until the prompt is seen to be gone, in two looks: a repaint may show half a screen.
 *
 * @throws {OrchError} `submit-unconfirmed`.
 */
export async function leaves(bound: Bound, when: string): Promise<string> {
  const { keyboard, fingerprint } = bound
  let away = 0
  const evidence = await lookUntil(keyboard, leaveMs, ({ reading }) => {
    away = reading.prompt?.fingerprint === fingerprint ? 0 : away + 1
    if (away < 2) return undefined
    return reading.prompt ? 'the prompt gave way to another one' : 'the prompt left the screen'
  })
  if (evidence !== undefined) return `${when} ${evidence}`
  if (await keyboard.ended()) return `${when} the program ended`
  throw unconfirmed(`${when} the prompt is still on the screen`, await keyboard.look(), { pressed: true })
}

/** @throws {OrchError} `prompt-changed` when another prompt, or none, is in front. */
export async function samePrompt(bound: Bound, pressed: boolean): Promise<{ look: Look; prompt: Prompt }> {
  const look = await bound.keyboard.look()
  const { prompt } = look.reading
  if (prompt?.fingerprint === bound.fingerprint) return { look, prompt }
  if (prompt) throw promptChanged(bound.fingerprint, prompt, pressed)
  throw unconfirmed('the prompt left the screen before the answer was complete', look, { pressed })
}

export async function press({ keyboard, facts }: Bound, key: string): Promise<void> {
  const bytes = bytesOfKey(key)
  await keyboard.send(facts.applicationCursor ? applicationForm(bytes) : bytes)
}

function outcomeOf(
  { fingerprint }: Bound,
  option: PromptOption,
  before: Prompt,
): (look: Look) => Outcome | undefined {
  const selectedBefore = before.options.find(({ selected }) => selected)?.number
  return ({ reading }) => {
    if (reading.prompt?.fingerprint !== fingerprint) return 'left'
    const selected = reading.prompt.options.find((candidate) => candidate.selected)?.number
    return selected === option.number && selectedBefore !== option.number ? 'selected' : undefined
  }
}

/** The same option after a repaint: numbers may be the same in another prompt, labels may not. */
function isSame(candidate: PromptOption, option: PromptOption): boolean {
  return candidate.number === option.number && candidate.label === option.label
}

/** The screen without what moves by itself: spinners, counters. Equal: the key did nothing. */
function stillFace({ picture }: Look): string {
  return picture.lines.map(({ text }) => text.replace(/[^\p{L}\s]/gu, '')).join('\n')
}

function isArrow(key: string): boolean {
  return key === 'up' || key === 'down' || key === 'left' || key === 'right'
}
