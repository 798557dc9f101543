/** Text measured in columns of a terminal. */
import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter()

/** Columns that the text takes; escape sequences take none. */
export function textWidth(text: string): number {
  return stringWidth(text)
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
  let used = 0
  let result = ''
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment)
    if (used > width) break
    result += segment
  }
  return result
}
