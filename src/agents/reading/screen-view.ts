/** What the reading of screens needs of a screen. A `Line` of the iTerm2 client is a row of it. */

/** The look of one cell, as far as it tells something. */
export interface CellLook {
  readonly bold: boolean
  readonly faint: boolean
  readonly inverse: boolean
  readonly foreground: CellColor
  readonly background: CellColor
}

export type CellColor =
  | { kind: 'palette'; index: number }
  | { kind: 'rgb'; red: number; green: number; blue: number }
  | { kind: 'default' | 'reversed-default' | 'system-message' }

export interface ScreenRow {
  /** What a reader sees; blanks are spaces. */
  readonly text: string
  /** The text goes on in the next row because the terminal wrapped it. */
  readonly wrapped: boolean
  /** The cell at a column, from 0; `width` is 0 for the right half of a wide character. */
  cellAt(x: number): { text: string; width: number; style: CellLook }
}

export interface ScreenView {
  columns: number
  rows: readonly ScreenRow[]
  /** Column and row of the cursor, both from 0; undefined where nobody knows it (a capture of text). */
  cursor: { x: number; y: number } | undefined
  /** Whether the looks of the cells are known. In a capture of plain text they are not. */
  styled: boolean
}

/** A picture of a session, whose cursor counts rows from the first line that the session ever produced. */
interface PictureLike {
  first: number
  columns: number
  lines: readonly ScreenRow[]
  cursor: { x: number; y: number }
  textOnly?: true
}

/** The view of a terminal's picture of the screen. */
export function viewOfPicture({ first, columns, lines, cursor, textOnly }: PictureLike): ScreenView {
  if (textOnly) return { columns, rows: lines, cursor: undefined, styled: false }
  return { columns, rows: lines, cursor: { x: cursor.x, y: cursor.y - first }, styled: true }
}
