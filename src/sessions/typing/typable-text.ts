/** Text as it may be typed: nothing in it is ever taken for a key. */
import { OrchError } from '../../lib/errors.ts'

/** A program that reads lines gets no more than this: macOS drops what goes over 1,024 bytes, Enter included. */
export const canonicalLimit = 1_000

/**
 * The text with plain newlines.
 *
 * @throws {OrchError} `usage` for control characters other than newline and tab (an escape sequence could
 * end a paste and press keys), and for half a surrogate pair.
 */
export function typable(text: string): string {
  const plain = text.replace(/\r\n?/gu, '\n')
  const bad = /[^\P{Cc}\n\t]/u.exec(plain)
  if (bad) {
    const code = bad[0].codePointAt(0) ?? 0
    throw new OrchError(
      'usage',
      `The text has the control character U+${code.toString(16).toUpperCase().padStart(4, '0')} at position ${bad.index}.`,
      { hint: 'Text may hold newlines and tabs; press keys by name with --key (for example --key escape).' },
    )
  }
  if (/\p{Surrogate}/u.test(plain)) {
    throw new OrchError('usage', 'The text has half of a surrogate pair, which cannot be typed.')
  }
  return plain
}

/** One paste, as a terminal sends it. The text has no escape character, so it cannot end the paste. */
export function bracketed(text: string): string {
  return `\u001b[200~${text}\u001b[201~`
}

/** The text of what was sent, without the marks of a paste. */
export function unbracketed(sent: string): string {
  const paste = /^\u001b\[200~(.*)\u001b\[201~$/su.exec(sent)
  return paste?.[1] ?? sent
}

/** Whether a draft is the whole of this text, and nothing else; the mark of a long paste is not known to be. */
export function sameText(draft: string, text: string): boolean {
  return squeeze(text) !== '' && squeeze(draft) === squeeze(text)
}

/** @throws {OrchError} `not-accepting-input` for what would be lost on the way. */
export function assertFitsLine(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= canonicalLimit) return
  throw new OrchError(
    'not-accepting-input',
    `The text has ${bytes} bytes, and the program reads lines in canonical mode, of which the system keeps about 1,000 bytes.`,
    { hint: 'Put the text into a file and type the name of the file.', details: { bytes, canonicalLimit } },
  )
}

/** Whether a draft is (the visible part of) this text, or the mark that stands for a long paste. */
export function isDraftOf(draft: string, text: string): boolean {
  const pastes = /\[\s*pasted?[^\]]*\]/giu
  const marked = pastes.test(draft)
  const shown = squeeze(draft.replace(pastes, ''))
  const whole = squeeze(text)
  if (shown === '') return marked
  return whole.includes(shown)
}

/** The end of the text that stands in one row of any terminal. */
export function tailOf(text: string): string {
  const line =
    text
      .trimEnd()
      .split(/[\n\t]/u)
      .at(-1) ?? ''
  return [...line].slice(-12).join('').trim()
}

/** Wrapping, indentation and odd spaces belong to the drawing of a box. */
function squeeze(text: string): string {
  return text.normalize('NFKC').replace(/[\s\u200b\ufeff]+/gu, '')
}
