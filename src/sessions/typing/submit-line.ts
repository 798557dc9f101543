/** Types a line into a program without an input box: a shell, a REPL, a question at the cursor. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Picture } from '../../terminal/terminal.ts'
import type { Keyboard, Look, ProgramFacts, TypingResult } from './keyboard.ts'
import { faceOf, lookUntil, Rest, unlessClosed } from './look-until.ts'
import { tailOf } from './typable-text.ts'
import { dialogInFront, unconfirmed } from './typing-errors.ts'

/** The echo of a program that echoes at all comes within this. */
const echoMs = 600
/** A screen that did not change for this long has settled. */
const settleMs = 120
/** Enter right behind the text is taken for a part of a paste. */
const beforeEnterMs = 150
const beforeEnterLongMs = 300
const longText = 1_000
/** A program that took Enter shows something within this. */
const confirmMs = 3_000

/** What the system does with what is typed, before the program sees it. */
type LineFacts = Pick<ProgramFacts, 'canonical' | 'echo'>

/**
 * The proof is what the screen shows after Enter: the text left the line of the cursor, or the cursor went
 * on. Nothing is typed twice.
 */
export async function submitLine(
  keyboard: Keyboard,
  before: Look,
  text: string,
  bytes: string,
  facts: LineFacts,
): Promise<TypingResult> {
  const typed = text === '' ? undefined : await typeLine(keyboard, before, text, bytes, facts)
  const echoed = typed?.tail
  // Where the kernel collects lines, the program sees text and Enter at once anyway.
  const atOnce = text === '' || facts.canonical === true
  if (!atOnce) await delay(text.length > longText ? beforeEnterLongMs : beforeEnterMs)
  const ready = (atOnce ? typed?.settled : undefined) ?? (await keyboard.look())
  if (menuAppeared(before, ready)) throw menuAppeared(before, ready)
  await keyboard.send('\r')
  const looking = lookUntil(keyboard, confirmMs, (look) => whatChanged(ready.picture, look.picture, echoed))
  const evidence = await unlessClosed(looking, 'its session was closed')
  if (evidence !== undefined) return { confirmed: true, evidence: `after Enter ${evidence}` }
  const what = `after Enter the screen did not change within ${confirmMs} ms`
  throw unconfirmed(what, await keyboard.look(), { typed: true })
}

/** Types, and waits until the echo has settled; gives the look that shows it, with the end of the text in it. */
export async function typeLine(
  keyboard: Keyboard,
  before: Look,
  text: string,
  bytes: string,
  { canonical, echo }: LineFacts,
): Promise<{ settled?: Look | undefined; tail?: string | undefined }> {
  const face = faceOf(before.picture)
  const tail = tailOf(text)
  const rest = new Rest()
  await keyboard.send(bytes)
  // Nothing is shown of it, and nothing is waited for.
  if (canonical && echo === false) return {}
  // Long texts take their time to be drawn: a second for every 100 kB on top.
  const settled = await lookUntil(keyboard, echoMs + text.length / 100, (look) => {
    const now = faceOf(look.picture)
    if (now === face) return undefined
    // The kernel draws what it collects, and nothing else.
    if (canonical && hasMoved(before.picture, look.picture) && endsLine(look.picture, tail)) return look
    return rest.of(now, look.at) >= settleMs ? look : undefined
  })
  const shown = settled?.picture.lines.some((line) => line.text.includes(tail)) ?? false
  return { settled, tail: tail !== '' && shown ? tail : undefined }
}

/** A menu that came up while the text was typed would take Enter for its selected option. */
function menuAppeared(before: Look, now: Look): Error | undefined {
  const { prompt } = now.reading
  if (!prompt || before.reading.prompt || prompt.options.length === 0) return undefined
  return prompt.kind === 'confirmation' ? undefined : dialogInFront(prompt, true)
}

/** In words, or undefined when nothing speaks for Enter having been taken. */
function whatChanged(before: Picture, now: Picture, typed: string | undefined): string | undefined {
  if (faceOf(before) === faceOf(now)) return undefined
  if (typed === undefined || !cursorLine(before).includes(typed)) return 'the screen changed'
  if (now.cursor.y !== before.cursor.y) return 'the cursor went on to another line'
  // A spinner elsewhere is no sign: the typed text must have left the line of the cursor.
  return cursorLine(now).includes(typed) ? undefined : 'the typed text left the input line'
}

function hasMoved({ cursor: from }: Picture, { cursor: to }: Picture): boolean {
  return from.x !== to.x || from.y !== to.y
}

function endsLine(picture: Picture, tail: string): boolean {
  return tail !== '' && cursorLine(picture).endsWith(tail)
}

function cursorLine(picture: Picture): string {
  return picture.lines[picture.cursor.y - picture.first]?.trimmed ?? ''
}
