/** What stands below a menu: hints that belong to it, or something that shows that it is not in front. */
import { joined, logicalLines, type Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'

/** Glyphs that today's programs put before the selected option. */
export const cursorGlyphs = '❯›▶●◉➤❱→▸»>*'
/** Indent, glyph, gap, number, label. */
export const optionLine = new RegExp(`^(\\s*)([${cursorGlyphs}]?)(\\s*)(\\d{1,2})[.)]\\s+(\\S.*)$`, 'u')
export const scrollMark = /^[▲▼↑↓⌃⌄∧∨]$/u

const keyWord = /\b(?:enter|esc|escape|return|tab|space|ctrl|shift|arrows?|press)\b|[↑↓←→⇆⏎]/iu
/** A line of hints is short; prose that names a key is not. */
const longestHint = 160
/** Short buttons and tabs may stand below ("Submit", "Chat about this"). */
const longestStranger = 60
const mostStrangers = 2

/** A key in brackets behind a label: `Yes, proceed (y)`, `Skip (esc or n)`. */
const bracketedKey = /\(([a-z]|esc|enter|tab|shift\+tab)(?: or [a-z]+)?\)/iu

/** The key that a label names for itself. */
export function shortcutOf(label: string): string | undefined {
  return bracketedKey.exec(label)?.[1]?.toLowerCase()
}

export function namesKey(text: string): boolean {
  return keyWord.test(text)
}

/**
 * The text of the hints below a menu, or undefined when something stands there that does not belong to a
 * dialog in front: an input box, a shell prompt, more output.
 */
export function readHints(view: ScreenView, rows: readonly Row[], from: number): string | undefined {
  const hints: string[] = []
  let strangers = 0
  for (const line of logicalLines(rows.slice(from))) {
    const text = joined(line)
    if (line.some((row) => startsInput(row.text))) return undefined
    if (scrollMark.test(text) || isWaitingSpinner(text)) continue
    if (isHint(text)) {
      hints.push(text)
      continue
    }
    strangers += 1
    // The cursor behind a text that is no hint is a prompt of its own.
    const asks = line.some(({ y }) => y === view.cursor?.y)
    if (strangers > mostStrangers || text.length > longestStranger || asks) return undefined
    if (!view.cursor && /[$#%❯➜λ>:?]$/u.test(text)) return undefined
  }
  return hints.join(' ')
}

function isHint(text: string): boolean {
  return text.length < longestHint && keyWord.test(text) && !optionLine.test(text)
}

/** Qwen turns a spinner below its dialog: `⠏ Waiting for user confirmation...`. */
function isWaitingSpinner(text: string): boolean {
  return /^[\u2800-\u28ff◐◓◑◒]\s+Waiting\b/u.test(text)
}

function startsInput(text: string): boolean {
  return /^\s*(?:[❯›»>$#%]|>>>)(?:\s|$)/u.test(text) && !optionLine.test(text)
}
