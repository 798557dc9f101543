/** The rows of a screen in the plain form in which they are read: without frames and odd spaces. */
import type { ScreenRow, ScreenView } from './screen-view.ts'

export interface Row {
  y: number
  /** Content: frame characters at both ends removed, no-break spaces made plain, trailing blanks cut. */
  text: string
  /** Index of the content's first character that is not a space; -1 for an empty row. */
  indent: number
  /** Characters that were cut off on the left with the frame. */
  offset: number
  /** Columns in which the content may stand: the screen's, or the inside of the frame. */
  room: number
  kind: 'text' | 'blank' | 'rule'
  /** How many frames it stands in: the bars on its left. */
  frames: number
  source: ScreenRow
}

const frameBars = '│┃║▌▐|'
const leftFrame = new RegExp(`^(?:\\s*[${frameBars}])+(?=\\s|$)`, 'u')
const rightFrame = new RegExp(`(?:\\s*[${frameBars}])+\\s*$`, 'u')
/** Box drawing and block elements: a row of nothing else separates, it says nothing. */
const ruleOnly = /^[\s\u2500-\u259f]+$/u
const longRule = /[\u2500-\u259f]{3,}/u
/** Spaces that look like the plain one, and characters that take no room. */
const oddSpaces = /[\u00a0\u2007\u202f\u3000]/gu
const invisible = /\u200b|\u2060|\ufe0e|\ufe0f|\ufeff/gu
/** tmux's status line: `[session] 0:window* …`. */
const tmuxStatus = /^\[[^\]\s]{1,40}\] ?\d+:\S/u

/** Every row of the screen, ready to be read. The status line of a tmux around the program counts as blank. */
export function plainRows(view: ScreenView): Row[] {
  const last = view.rows.findLastIndex((row) => row.text.trim() !== '')
  return view.rows.map((source, y) => {
    const row = plainRow(source, y, view.columns)
    return y === last && tmuxStatus.test(row.text) ? { ...row, text: '', indent: -1, kind: 'blank' } : row
  })
}

function plainRow(source: ScreenRow, y: number, columns: number): Row {
  const whole = plainText(source.text).trimEnd()
  const blank: Row = { y, text: '', indent: -1, offset: 0, room: columns, frames: 0, kind: 'blank', source }
  if (whole === '') return blank
  const left = leftFrame.exec(whole)?.[0] ?? ''
  const frames = left.replaceAll(/\s/gu, '').length
  const inner = whole.slice(left.length)
  if (ruleOnly.test(whole) && longRule.test(whole))
    return { ...blank, text: inner.trim(), frames, kind: 'rule' }
  const right = frames > 0 ? (rightFrame.exec(inner)?.[0] ?? '') : ''
  const text = inner.slice(0, inner.length - right.length).trimEnd()
  const indent = text.search(/\S/u)
  const closed = right === '' ? columns : whole.length - right.trimStart().length
  const room = Math.max(1, closed - left.length)
  return { y, text, indent, offset: left.length, room, frames, kind: indent < 0 ? 'blank' : 'text', source }
}

/** Text with plain spaces and without characters that take no room. */
export function plainText(text: string): string {
  return text.replace(oddSpaces, ' ').replace(invisible, '')
}

/** A program that wraps by words leaves up to this many columns of padding at the right. */
const padding = 4

/** Whether the row's text would have had no room left for the first word of the next one. */
export function isFull(row: Row, next: Row): boolean {
  const [word = ''] = next.text.trimStart().split(' ', 1)
  return row.source.wrapped || widthOf(row.text) + 1 + widthOf(word) > row.room - padding
}

/** Rows that were wrapped by the program or the terminal, joined. Blank rows and rules separate. */
export function logicalLines(rows: readonly Row[]): Row[][] {
  const lines: Row[][] = []
  let previous: Row | undefined
  for (const row of rows) {
    const line = lines.at(-1)
    if (line && previous && continues(previous, row)) line.push(row)
    else if (row.kind === 'text') lines.push([row])
    previous = row
  }
  return lines
}

function continues(before: Row, row: Row): boolean {
  if (before.kind !== 'text' || row.kind !== 'text' || before.y !== row.y - 1) return false
  return Math.abs(row.indent - before.indent) <= 4 && isFull(before, row)
}

/** Groups of rows without a blank or a rule between them. */
export function paragraphs(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = []
  let open = false
  for (const row of rows) {
    if (row.kind === 'text') {
      if (open) groups.at(-1)?.push(row)
      else groups.push([row])
    }
    open = row.kind === 'text'
  }
  return groups
}

/** The text of rows that belong together. */
export function joined(rows: readonly Row[]): string {
  return rows
    .map(({ text }) => text.trim())
    .join(' ')
    .replace(/\s+/gu, ' ')
    .trim()
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/gu

/** Columns that a text takes, near enough to know whether a row is full. */
function widthOf(text: string): number {
  return text.length + (text.match(wide)?.length ?? 0)
}
