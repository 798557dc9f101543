/** Text measured in columns of a terminal. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * Characters that take one column each whatever stands beside them: ASCII, Latin, dashes and quotes, arrows, lines of
 * boxes, and the marks of our own tables.
 */
const plain = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u259f\u25cb\u25cf✓✗]*$/

// What knows all other characters, emoji first, takes 20 ms to load: it is loaded when there is one.
let exact: typeof import('string-width').default | undefined
let graphemes: Intl.Segmenter | undefined

/** Columns that the text takes; escape sequences take none. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length
  exact ??= (require('string-width') as typeof import('string-width')).default
  return exact(text)
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

/** The text cut to `width` columns, with `…` where something is missing. No escape sequences in it. */
export function cut(text: string, width: number): string {
  return textWidth(text) <= width ? text : `${head(text, width - 1)}…`
}

/** As many whole characters of the text as fit into `width` columns. No escape sequences in it. */
export function head(text: string, width: number): string {
  if (plain.test(text)) return text.slice(0, Math.max(0, width))
  graphemes ??= new Intl.Segmenter()
  let used = 0
  let result = ''
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment)
    if (used > width) break
    result += segment
  }
  return result
}
