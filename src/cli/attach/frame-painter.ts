/** Turns frames of a session into what a terminal has to be sent to show them. */
import type { z } from 'zod'
import type { Frame as FrameSchema } from '../../service/api.ts'
import { cut, textWidth } from '../text-width.ts'

export type Frame = z.infer<typeof FrameSchema>

export interface Size {
  columns: number
  rows: number
}

/**
 * Synchronised output (DEC private mode 2026): the terminal shows everything between at once. One that does
 * not know it ignores it.
 */
const beginUpdate = '\u001b[?2026h'
const endUpdate = '\u001b[?2026l'
const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const resetStyle = '\u001b[0m'
const inverse = '\u001b[7m'

/** Remembers what the terminal shows, and writes only the rows that differ. */
export class FramePainter {
  #size: Size
  /** Row contents as last written; undefined when unknown. */
  #shown: (string | undefined)[] = []

  constructor(size: Size) {
    this.#size = size
  }

  /** The terminal has another size, or its content is unknown: everything is written anew. */
  reset(size: Size): void {
    this.#size = size
    this.#shown = []
  }

  /**
   * @param notice shown in place of the last row
   * @returns escape sequences and text for the terminal
   */
  paint(frame: Frame, notice?: string): string {
    const { columns, rows } = this.#size
    const top = firstRow(frame, rows)
    let result = beginUpdate + hideCursor
    for (let row = 0; row < rows; row += 1) {
      const last = notice !== undefined && row === rows - 1
      const content = last ? inverse + cut(notice, columns) : fitLine(frame, top + row, columns)
      if (this.#shown[row] === content) continue
      this.#shown[row] = content
      // Erased before it is written: an erase after a full row would take its last character.
      result += `\u001b[${row + 1};1H${resetStyle}\u001b[2K${content}${resetStyle}`
    }
    const x = Math.min(frame.cursor.x, columns - 1)
    const y = frame.cursor.y - top
    if (!frame.exited && notice === undefined && y >= 0 && y < rows) {
      result += `\u001b[${y + 1};${x + 1}H${showCursor}`
    }
    return result + endUpdate
  }
}

/** The first row of the frame that is shown: as far down as the cursor needs, when not all rows fit. */
function firstRow(frame: Frame, rows: number): number {
  const last = Math.max(0, frame.lines.length - rows)
  return Math.min(last, Math.max(0, frame.cursor.y - rows + 1))
}

function fitLine(frame: Frame, row: number, columns: number): string {
  const line = frame.lines[row] ?? ''
  return frame.columns <= columns ? line : cutStyled(line, columns)
}

/** One escape sequence of those that occur in frames: CSI … final byte, or OSC … ST. */
const escapeSequence = /(\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\))/

/** Cuts a line with escape sequences in it to a width; all sequences stay, so that styles end. */
export function cutStyled(line: string, width: number): string {
  let left = width
  let result = ''
  for (const [index, part] of line.split(escapeSequence).entries()) {
    // Odd parts are the sequences themselves.
    const text = index % 2 === 1 || textWidth(part) <= left ? part : left > 0 ? cut(part, left) : ''
    if (index % 2 === 0) left -= textWidth(text)
    result += text
  }
  return result
}
