/** Types into a session and looks at the screen whether it was taken. */
import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../lib/errors.ts'
import type { Picture } from '../terminal/terminal.ts'
import { bytesOfKey } from './keys.ts'

/** What typing needs of a session. */
export interface Keyboard {
  sendText(text: string): Promise<void>
  readScreen(): Promise<Picture>
}

export interface Injection {
  text?: string | undefined
  submit: boolean
  keys: readonly string[]
}

export interface InjectionResult {
  confirmed: boolean
  evidence: string
}

/** Between two looks at the screen; half of what a person notices, 20 looks a second at most. */
const lookMs = 40
/** The echo of a program that echoes at all comes within this; measured agents need 30 to 180 ms. */
const echoMs = 600
/** A screen that did not change for this long has settled. */
const settleMs = 120
/** Enter right behind the text is taken for a part of a paste (Gemini needs 50 ms, long texts 200). */
const beforeEnterMs = 150
const beforeEnterLongMs = 300
const longText = 1_000
/** A program that took Enter shows something within this. */
const confirmMs = 3_000

/**
 * Types the text, waits until the screen shows it (or has settled without an echo), presses Enter as a
 * step of its own, then the keys one by one. `confirmed` says that the screen changed as it does when the
 * program takes the last of these steps; nothing is ever typed a second time.
 *
 * @throws {OrchError} `usage` when the text has control characters other than newline and tab.
 */
export async function inject(keyboard: Keyboard, injection: Injection): Promise<InjectionResult> {
  const text = injection.text ?? ''
  assertTypable(text)
  const keys = injection.keys.map((name) => ({ name, bytes: bytesOfKey(name) }))
  let result: InjectionResult = { confirmed: true, evidence: 'there was nothing to type' }
  let echoed: string | undefined
  if (text !== '') {
    const echo = await typeText(keyboard, text)
    echoed = echo.tail
    result = echo.result
  }
  if (injection.submit && injection.text !== undefined) {
    if (text !== '') await delay(text.length > longText ? beforeEnterLongMs : beforeEnterMs)
    result = await pressAndLook(keyboard, '\r', 'Enter', echoed)
  }
  for (const key of keys) result = await pressAndLook(keyboard, key.bytes, key.name)
  return result
}

/** @throws {OrchError} `usage`. */
export function assertTypable(text: string): void {
  const bad = /[^\P{Cc}\n\t]/u.exec(text)
  if (bad) {
    const code = bad[0].codePointAt(0) ?? 0
    throw new OrchError(
      'usage',
      `The text has the control character U+${code.toString(16).toUpperCase().padStart(4, '0')} at position ${bad.index}.`,
      { hint: 'Text may hold newlines and tabs; press keys by name with --key (for example --key escape).' },
    )
  }
  if (/\p{Surrogate}/u.test(text)) {
    throw new OrchError('usage', 'The text has half of a surrogate pair, which cannot be typed.')
  }
}

/** Types and waits for the echo; `tail` is the end of the text when the screen shows it. */
async function typeText(
  keyboard: Keyboard,
  text: string,
): Promise<{ tail?: string; result: InjectionResult }> {
  const before = await keyboard.readScreen()
  const tail = tailOf(text)
  await keyboard.sendText(text)
  // Long texts take their time to be drawn: a second for every 100 kB on top.
  const deadline = Date.now() + echoMs + text.length / 100
  let last = before
  let changedAt = Date.now()
  while (Date.now() < deadline) {
    await delay(lookMs)
    const now = await keyboard.readScreen()
    if (!looksEqual(now, last)) {
      last = now
      changedAt = Date.now()
    } else if (!looksEqual(now, before) && Date.now() - changedAt >= settleMs) {
      break
    } else if (looksEqual(now, before) && Date.now() - changedAt >= echoMs) {
      break
    }
  }
  if (looksEqual(last, before)) {
    return { result: { confirmed: false, evidence: 'the screen did not change: the program shows no echo' } }
  }
  if (!countShown(last, tail))
    return { result: { confirmed: true, evidence: 'the screen changed while typing' } }
  return { tail, result: { confirmed: true, evidence: 'the typed text is on the screen' } }
}

async function pressAndLook(
  keyboard: Keyboard,
  bytes: string,
  name: string,
  typed?: string,
): Promise<InjectionResult> {
  const before = await keyboard.readScreen()
  await keyboard.sendText(bytes)
  const deadline = Date.now() + confirmMs
  while (Date.now() < deadline) {
    await delay(lookMs)
    const now = await keyboard.readScreen()
    const evidence = whatChanged(before, now, typed)
    if (evidence) return { confirmed: true, evidence: `after ${name} ${evidence}` }
  }
  return { confirmed: false, evidence: `after ${name} the screen did not change within ${confirmMs} ms` }
}

/** In words, or undefined when nothing speaks for the key having been taken. */
function whatChanged(before: Picture, now: Picture, typed: string | undefined): string | undefined {
  if (looksEqual(before, now)) return undefined
  if (typed === undefined || !cursorLine(before).includes(typed)) return 'the screen changed'
  if (now.cursor.y !== before.cursor.y) return 'the cursor went on to another line'
  // A spinner elsewhere is no sign: the typed text must have left the line of the cursor.
  return cursorLine(now).includes(typed) ? undefined : 'the typed text left the input line'
}

function cursorLine(picture: Picture): string {
  return picture.lines[picture.cursor.y - picture.first]?.trimmed ?? ''
}

/** The end of the text that stands in one row of any terminal. */
function tailOf(text: string): string {
  const line =
    text
      .trimEnd()
      .split(/[\n\t]/)
      .at(-1) ?? ''
  return [...line].slice(-12).join('').trim()
}

function countShown(picture: Picture, tail: string): boolean {
  return tail !== '' && picture.lines.some((line) => line.text.includes(tail))
}

function looksEqual(left: Picture, right: Picture): boolean {
  return (
    left.cursor.x === right.cursor.x &&
    left.cursor.y === right.cursor.y &&
    left.first === right.first &&
    left.lines.length === right.lines.length &&
    left.lines.every((line, index) => line.text === right.lines[index]?.text)
  )
}
