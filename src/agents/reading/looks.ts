/** Styles of the cells behind a row's text. */
import { plainText, type Row } from './rows.ts'
import type { CellColor, CellLook } from './screen-view.ts'

/** The looks of a stretch of the row's content, blanks left out. */
export function looksOf(row: Row, from: number, to: number): CellLook[] {
  const looks: CellLook[] = []
  let column = columnOf(row, from)
  for (let index = from; index < to && index < row.text.length; ) {
    const cell = row.source.cellAt(column)
    column += 1
    if (cell.width === 0) continue
    if (cell.text.trim() !== '') looks.push(cell.style)
    index += plainText(cell.text).length || 1
  }
  return looks
}

/** Column of a character of the content. Cells are walked: a wide character has two, a combined one has one. */
function columnOf(row: Row, index: number): number {
  const wanted = row.offset + index
  let seen = 0
  let column = 0
  while (seen < wanted && column < widestScreen) {
    const cell = row.source.cellAt(column)
    if (cell.width !== 0) seen += plainText(cell.text).length || 1
    column += 1
  }
  return column
}

/** Whether text of this look is a hint and not content: faint, or a grey between black and white. */
export function isGhostly(look: CellLook): boolean {
  if (look.faint) return true
  const color = look.foreground
  // 8 is "bright black", 232-255 the grey ramp; its light end is ordinary text.
  if (color.kind === 'palette') return color.index === 8 || (color.index >= 235 && color.index <= 248)
  if (color.kind !== 'rgb') return false
  const high = Math.max(color.red, color.green, color.blue)
  const low = Math.min(color.red, color.green, color.blue)
  return high - low <= 30 && low >= 50 && high <= 180
}

/** Whether a cell is filled with a colour, as a selected button is; the panel behind is dark grey at most. */
export function isFilled(look: CellLook): boolean {
  if (isGhostly(look)) return false
  return look.inverse || (look.background.kind !== 'default' && isBright(look.background))
}

function isBright(color: CellColor): boolean {
  if (color.kind === 'palette') return color.index !== 0 && color.index < 232
  if (color.kind !== 'rgb') return true
  return Math.max(color.red, color.green, color.blue) > 90
}

/** Columns that any screen has at most. */
const widestScreen = 2_000

interface Labelled {
  row: Row
  labelAt: number
}

/** Whether the look of an option's label differs from those of all others, which are alike. */
export function standsOut(group: readonly Labelled[], item: Labelled): boolean {
  const own = lookKey(item)
  const others = new Set(group.filter((other) => other !== item).map(lookKey))
  return others.size === 1 && !others.has(own)
}

function lookKey({ row, labelAt }: Labelled): string {
  const [look] = looksOf(row, labelAt, row.text.length)
  if (!look) return ''
  return JSON.stringify([look.inverse, look.bold, look.faint, look.foreground, look.background])
}
