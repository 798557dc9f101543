/** Gives the program in front a text and Enter, and proves that it took them. */

import { assertTakesText, asTyped } from './front.ts'
import type { Keyboard, Look, TypingResult } from './keyboard.ts'
import { lookUntil, unlessClosed } from './look-until.ts'
import { submitLine } from './submit-line.ts'
import { isDraftOf, tailOf, typable } from './typable-text.ts'
import { typeIntoBox } from './type-into-box.ts'
import { dialogInFront, draftInBox, unconfirmed } from './typing-errors.ts'

export interface TextOptions {
  /** Types also next to somebody's draft, or where no input box is recognised. Never into a dialog. */
  force: boolean
}

/** Enter is pressed again at most so often, and only while the text is seen to be in the box. */
const retries = 2
/** An Enter that was taken shows within this; measured agents need 30 to 180 ms. */
const retryMs = 1_200
/** After the last Enter it may take longer: a loaded machine, a remote one. */
const confirmMs = 4_000
/** A box that stays empty for so long was emptied by Enter, even if nothing else tells of it (`/clear`). */
const emptyMs = 600

/**
 * One transaction: looks, pastes, waits until the text stands in the input box and the screen has come to
 * rest, looks again, presses Enter, and looks for the proof. A fresh look comes right before every write.
 *
 * @throws {OrchError} `usage`, `wrong-program`, `not-accepting-input`, `draft-in-box`, `submit-unconfirmed`,
 * `session-gone`; its details say what was seen, and whether anything was typed.
 */
export async function submit(keyboard: Keyboard, text: string, options: TextOptions): Promise<TypingResult> {
  const wanted = typable(text)
  const facts = await keyboard.facts()
  const before = await keyboard.look()
  assertTakesText(keyboard, facts, before, wanted, options.force)
  const bytes = asTyped(wanted, keyboard.profile, facts)
  const box = before.reading.inputBox
  if (keyboard.profile.inputBox === undefined || !box)
    return submitLine(keyboard, before, wanted, bytes, facts)
  const isOurs = ownDraft(wanted, box.draft)
  await typeIntoBox(keyboard, wanted, bytes, isOurs)
  return pressEnter(keyboard, before, wanted, isOurs)
}

/** Tells whether a draft is the typed text; with a forced draft before it, whether it has changed. */
export function ownDraft(text: string, before: string): (draft: string) => boolean {
  return before === '' ? (draft) => isDraftOf(draft, text) : (draft) => draft !== '' && draft !== before
}

/** @throws {OrchError} `not-accepting-input`, `draft-in-box`, `submit-unconfirmed` */
export async function pressEnter(
  keyboard: Keyboard,
  before: Look,
  text: string,
  isOurs: (draft: string) => boolean,
): Promise<TypingResult> {
  for (let press = 0; press <= retries; press++) {
    const look = await keyboard.look()
    const { prompt, inputBox } = look.reading
    if (prompt) throw dialogInFront(prompt, true)
    if (!inputBox || !isOurs(inputBox.draft)) {
      if (inputBox?.draft) throw draftInBox(inputBox.draft, true)
      throw unconfirmed('the text left the input box, and nothing shows that it was taken', look, {
        typed: true,
      })
    }
    const pressedAt = Date.now()
    await keyboard.send('\r')
    const proof = new Proof(keyboard, before, text, pressedAt, isOurs)
    const limit = press < retries ? retryMs : confirmMs
    const looking = lookUntil(keyboard, limit, (now) => proof.in(now))
    const evidence = await unlessClosed(looking, 'after Enter its session was closed')
    if (evidence !== undefined) return { confirmed: true, evidence }
  }
  const look = await keyboard.look()
  const what = `Enter was pressed ${retries + 1} times and the text is still in the input box`
  throw unconfirmed(what, look, { typed: true, draft: 'own' })
}

/** What shows that Enter was taken. */
class Proof {
  readonly #keyboard: Keyboard
  readonly #isOurs: (draft: string) => boolean
  readonly #pressedAt: number
  readonly #workedBefore: boolean
  readonly #tail: string
  readonly #shownBefore: number
  #emptySince: number | undefined

  constructor(
    keyboard: Keyboard,
    before: Look,
    text: string,
    pressedAt: number,
    isOurs: (draft: string) => boolean,
  ) {
    this.#keyboard = keyboard
    this.#isOurs = isOurs
    this.#pressedAt = pressedAt
    this.#workedBefore = before.reading.state === 'working'
    this.#tail = tailOf(text)
    this.#shownBefore = timesShown(before, this.#tail)
  }

  in(look: Look): string | undefined {
    const { state, inputBox, prompt } = look.reading
    const reported = this.#keyboard.reportedWork()
    if (!this.#workedBefore && reported !== undefined && reported >= this.#pressedAt) {
      return 'after Enter the program reported that it works'
    }
    if (inputBox && this.#isOurs(inputBox.draft)) {
      this.#emptySince = undefined
      return undefined
    }
    if (prompt) return 'after Enter the input box emptied, and the program asks something'
    if (inputBox && state === 'working') return 'after Enter the input box emptied, and the program works'
    if (this.#tail !== '' && timesShown(look, this.#tail) > this.#shownBefore) {
      return 'after Enter the input box emptied, and the text stands above it'
    }
    this.#emptySince ??= look.at
    return look.at - this.#emptySince >= emptyMs ? 'after Enter the input box emptied' : undefined
  }
}

function timesShown({ picture }: Look, tail: string): number {
  if (tail === '') return 0
  return picture.lines.filter(({ text }) => text.includes(tail)).length
}
