/** What stands below a menu: hints that belong to it, or something that shows that it is not in front. */
import { isFileStatus } from './pager-status.ts'
import { joined, logicalLines, type Row } from './rows.ts'
import type { ScreenView } from './screen-view.ts'
import { isShellPrompt } from './shell-words.ts'

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
 * dialog in front: an input box, a shell prompt, more output. What stands in the menu's own frame belongs
 * to it, if a hint there names Enter.
 */
export function readHints(view: ScreenView, rows: readonly Row[], from: number): string | undefined {
  const last = rows.findLast(({ kind }) => kind === 'text')
  // A line of hints that fills its row would seem to go on in the prompt of a shell.
  const ending = last && last.y >= from ? last.text.trim() : ''
  if (isFileStatus(ending) || isShellPrompt(ending)) return undefined
  const frames = rows[from - 1]?.frames ?? 0
  const end = frames === 0 ? from : rows.findIndex((row) => row.y >= from && row.frames < frames)
  const inside = rows.slice(from, end < 0 ? rows.length : end)
  const told = inside.some(({ text }) => /\benter\b|⏎/iu.test(text))
  const hints: string[] = []
  let strangers = 0
  for (const line of logicalLines(withoutPreview(rows.slice(from)))) {
    const text = joined(line)
    if (line.some((row) => startsInput(row.text))) return undefined
    if (scrollMark.test(text) || isWaitingSpinner(text)) continue
    if (isHint(text)) {
      hints.push(text)
      continue
    }
    if (told && line.every((row) => inside.includes(row) && row.y !== view.cursor?.y)) continue
    strangers += 1
    // The cursor behind a text that is no hint is a prompt of its own.
    const asks = line.some(({ y }) => y === view.cursor?.y)
    if (strangers > mostStrangers || text.length > longestStranger || asks) return undefined
    if (!view.cursor && /[$#%❯➜λ>:?]$/u.test(text)) return undefined
  }
  return hints.join(' ')
}

/** Dashed rules right below the options set off a preview of what is selected. */
function withoutPreview(rows: readonly Row[]): readonly Row[] {
  const first = rows.findIndex(({ kind }) => kind !== 'blank')
  const isDashed = ({ kind, text }: Row) => kind === 'rule' && /[╌┄┈]/u.test(text)
  const last = rows.findIndex((row, index) => index > first && isDashed(row))
  const begins = rows[first]
  return begins && isDashed(begins) && last > first ? rows.slice(last) : rows
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
