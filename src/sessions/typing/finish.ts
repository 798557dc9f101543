/** Presses the Enter that is missing when the typing of a text was cut off in front of it. */
import type { Picture } from '../../terminal/terminal.ts'
import type { Typing } from './announcing.ts'
import { bindTo } from './bound-prompt.ts'
import { leaves } from './choose-option.ts'
import { assertRightProgram } from './front.ts'
import type { Keyboard } from './keyboard.ts'
import { pressEnter } from './submit.ts'
import { submitLine } from './submit-line.ts'
import { sameText, unbracketed } from './typable-text.ts'

export interface CutOff {
  /** What was sent, as it was sent; Enter was not. */
  typed: string
  /** The prompt that it answers; undefined: it was typed into the input box. */
  prompt?: { fingerprint: string; question: string } | undefined
  /** Enter may have been sent, too: it is pressed only where it would be seen if it had been. */
  entered?: boolean | undefined
  /** Called right before Enter is sent; nothing is sent when it throws. */
  typing?: Typing | undefined
}

/**
 * Only where exactly this text, and nothing else, stands where the program takes it: in the field of the very
 * prompt, behind its question at the cursor, in the input box.
 *
 * @returns what proves that it was taken; undefined: the text does not stand there, and nothing was pressed
 * @throws {OrchError} `wrong-program`, `submit-unconfirmed`
 */
export async function finish(
  keyboard: Keyboard,
  { typed, prompt, entered = false }: CutOff,
): Promise<string | undefined> {
  const text = unbracketed(typed)
  const facts = await keyboard.facts()
  assertRightProgram(keyboard.profile, facts)
  const look = await keyboard.look()
  const { prompt: shown, inputBox } = look.reading
  const isAnother = prompt !== undefined && shown?.fingerprint !== prompt.fingerprint
  if (entered && isAnother && standsAbove(look.picture, prompt.question, text)) {
    return 'the question stands above the cursor, with the text behind it'
  }
  // Where the kernel collects lines it shows Enter at once; other programs may not have come to it yet.
  if (entered && !(facts.canonical && facts.echo)) return undefined
  const isOurs = (draft: string) => sameText(draft, text)
  if (prompt && shown?.fingerprint === prompt.fingerprint) {
    if (!isOurs(shown.field ?? '')) return undefined
    await keyboard.send('\r')
    return leaves(bindTo(keyboard, facts, shown), 'after Enter')
  }
  // A question with a text behind it may be read as another question.
  if (shown && (!prompt || shown.options.length > 0)) return undefined
  if (prompt) {
    if (!standsBehind(look.picture, prompt.question, text)) return undefined
    return (await submitLine(keyboard, look, '', '', facts)).evidence
  }
  if (!inputBox || !isOurs(inputBox.draft)) return undefined
  return (await pressEnter(keyboard, look, text, isOurs)).evidence
}

/** The last rows, up to that of the cursor, are the question with the text behind it. */
function standsBehind({ lines, first, cursor }: Picture, question: string, text: string): boolean {
  const y = cursor.y - first
  if (text === '' || y !== lines.findLastIndex(({ trimmed }) => trimmed.trim() !== '')) return false
  for (let start = y; start >= Math.max(0, y - mostRows); start--) {
    const rows = lines.slice(start, y + 1).map(({ text: row }) => row)
    const found = behind(rows.join('').trim(), question)
    if (found !== undefined) return found === text.trim()
  }
  return false
}

/** The question was asked last in a line above that of the cursor, and has the text behind it. */
function standsAbove(picture: Picture, question: string, text: string): boolean {
  const y = picture.cursor.y - picture.first
  if (text === '' || behind(lineAt(picture, y), question) !== undefined) return false
  for (let row = Math.min(y, picture.lines.length) - 1; row >= 0; row--) {
    const found = behind(lineAt(picture, row), question)
    if (found !== undefined) return found === text.trim()
  }
  return false
}

/** The line that this row is part of, up to it, rows that were wrapped joined. */
function lineAt({ lines }: Picture, row: number): string {
  let start = row
  while (start > 0 && lines[start - 1]?.wrapped) start--
  return lines
    .slice(start, row + 1)
    .map(({ text }) => text)
    .join('')
    .trim()
}

/** What stands behind the question in the line; undefined: it begins otherwise. */
function behind(line: string, question: string): string | undefined {
  if (!line.startsWith(question.trim())) return undefined
  return line.slice(question.trim().length).replace(choices, '').trim()
}

/** `[y/n]` stands between the question and its answer, where it is no part of the question. */
const choices = /^\s*[([][^\])]*[\])]\s*[:?]?/u
/** A line takes so many rows at most. */
const mostRows = 8
