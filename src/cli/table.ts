/** Tables that fit the terminal, whatever the width of their characters. */
import { cut, padEnd, textWidth } from './text-width.ts'

export interface Column {
  title: string
  /** The column may be cut to this width when the terminal is too narrow; never when absent. */
  least?: number
}

export interface Cell {
  /** One line, without escape sequences. */
  text: string
  /** Colours the text after it was cut. */
  style?: (text: string) => string
}

const gap = '  '

/** The table as lines of at most `width` columns; longer only if even the smallest columns do not fit. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  titleStyle: (text: string) => string,
): string[] {
  const natural = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[index]?.text ?? ''))),
  )
  const widths = shrink(columns, natural, width - gap.length * (columns.length - 1))
  const titles = columns.map((column) => ({ text: column.title, style: titleStyle }))
  return [titles, ...rows].map((row) => renderRow(row, widths))
}

function renderRow(row: readonly Cell[], widths: readonly number[]): string {
  const cells = widths.map((width, index) => {
    const { text = '', style = (plain: string) => plain } = row[index] ?? {}
    const short = cut(text, width)
    // No blanks after the last column: a line that is copied has none.
    return style(short) + (index === widths.length - 1 ? '' : padEnd('', width - textWidth(short)))
  })
  return cells.join(gap).trimEnd()
}

/** Takes columns from the widest that may shrink, one by one, until all fit. */
function shrink(columns: readonly Column[], natural: readonly number[], available: number): number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) - available
  while (excess > 0) {
    let widest = -1
    for (const [index, column] of columns.entries()) {
      const width = widths[index] ?? 0
      if (column.least !== undefined && width > column.least && width > (widths[widest] ?? 0)) widest = index
    }
    if (widest < 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
    excess -= 1
  }
  return widths
}
