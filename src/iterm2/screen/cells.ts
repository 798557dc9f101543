/** Splits the text of a line into cells, whichever unit the terminal counted in. */
import type { CodePointsPerCell } from '../../messages/iterm2.ts'

/**
 * Cells of one line at most. Wider than any terminal (iTerm2's own limit is far below); it keeps a
 * nonsensical run length from filling the memory.
 */
export const maxCells = 65_536

/**
 * The text of every cell; '' for a cell that holds nothing of its own, such as the right half of a wide
 * character.
 *
 * iTerm2 counts UTF-16 units, our host (and what the official Python client expects) code points. The
 * unit is the one whose total uses up the text exactly; where both do, they are the same. If neither
 * does, code points are taken, what is left over gets one cell per code point, and what is missing is ''.
 */
export function splitCells(text: string, counts: readonly CodePointsPerCell[]): string[] {
  const units = countsUtf16(text, counts) ? text.split('') : [...text]
  const cells: string[] = []
  let position = 0
  for (const run of counts) {
    const size = Math.max(0, run.numCodePoints ?? 1)
    const repeats = Math.min(run.repeats ?? 1, maxCells - cells.length)
    for (let index = 0; index < repeats; index++) {
      cells.push(size === 1 ? (units[position] ?? '') : units.slice(position, position + size).join(''))
      position += size
    }
  }
  while (position < units.length && cells.length < maxCells) cells.push(units[position++] ?? '')
  return cells
}

function countsUtf16(text: string, counts: readonly CodePointsPerCell[]): boolean {
  let total = 0
  for (const run of counts) total += Math.max(0, run.numCodePoints ?? 1) * Math.max(0, run.repeats ?? 1)
  return total === text.length
}

/** Characters that terminals draw two columns wide; only consulted where the cells leave a doubt. */
const wide =
  /^(?![\uff61-\uffdc])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u

/**
 * The columns that each cell's character takes: 1, 2, or 0 for the right half of the cell before.
 *
 * An empty cell is not always a right half: the cells a TAB jumped over, the last column where a wide
 * character did not fit, and image cells are empty too.
 */
export function cellWidths(cells: readonly string[], wrapped: boolean): number[] {
  const widths: number[] = []
  for (let x = 0; x < cells.length; x++) {
    const double = cells[x] !== '' && cells[x + 1] === '' && takesTwoColumns(cells, x, wrapped)
    widths.push(double ? 2 : 1)
    if (double) {
      widths.push(0)
      x++
    }
  }
  return widths
}

function takesTwoColumns(cells: readonly string[], x: number, wrapped: boolean): boolean {
  if (wide.test(cells[x] ?? '')) return true
  const after = cells[x + 2]
  if (after === undefined) return !wrapped
  return after !== '' && after !== '\t'
}
