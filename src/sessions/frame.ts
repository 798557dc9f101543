import { lineToAnsi } from '../terminal/line-to-ansi.ts'
import type { Picture } from '../terminal/terminal.ts'
import type { Frame } from './session-info.ts'

/** A picture for `attach`, with styles as escape sequences. */
export function frameOf(picture: Picture, exited: boolean): Frame {
  return {
    columns: picture.columns,
    rows: picture.rows,
    lines: picture.lines.map(lineToAnsi),
    cursor: { x: picture.cursor.x, y: picture.cursor.y - picture.first },
    exited,
  }
}
