/** The text of a picture, as people and programs get it. */
import { lineToAnsi } from '../terminal/line-to-ansi.ts'
import type { Picture } from '../terminal/terminal.ts'

export interface PictureText {
  lines: string[]
  cursor: { x: number; y: number }
}

/**
 * @param last so many rows at its end, empty ones below the text left out; the whole picture when absent
 * @param ansi with styles as escape sequences
 */
export function pictureText(picture: Picture, last: number | undefined, ansi: boolean): PictureText {
  const text = picture.lines.map((line) => (ansi ? lineToAnsi(line) : line.trimmed))
  const cursor = { x: picture.cursor.x, y: Math.max(0, picture.cursor.y - picture.first) }
  if (last === undefined) return { lines: text, cursor }
  const filled = filledRows(picture).length
  const start = Math.max(0, filled - last)
  return { lines: text.slice(start, filled), cursor: { x: cursor.x, y: Math.max(0, cursor.y - start) } }
}

/** Its rows without the empty ones at its end. */
export function filledRows(picture: Picture): string[] {
  const lines = picture.lines.map((line) => line.trimmed)
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1)
}
