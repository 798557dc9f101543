/** Reads what scrolled by between two pictures. */
import type { Picture as TrackedPicture } from '../agents/screen-changes.ts'
import type { Picture, Terminal } from '../terminal/terminal.ts'

/** Lines that are read at most of those that scrolled by. */
const maxMissedLines = 2_000

/** The picture with the lines before it that nobody has looked at yet, from line `resumeAt` on. */
export async function withMissedLines(
  terminal: Terminal,
  session: string,
  picture: Picture,
  resumeAt: number | undefined,
): Promise<TrackedPicture> {
  const shown = toRows(picture)
  if (resumeAt === undefined || resumeAt >= picture.first) return shown
  const start = Math.max(resumeAt, picture.first - maxMissedLines)
  const missed = await terminal.readLines(session, start, picture.first - start)
  // Lines may have been forgotten between the two readings; then the picture alone has to do.
  if (missed.first + missed.lines.length !== picture.first) return shown
  return { first: missed.first, columns: picture.columns, rows: [...toRows(missed).rows, ...shown.rows] }
}

function toRows(picture: Picture): TrackedPicture {
  const rows = picture.lines.map((line) => ({ text: line.text, wrapped: line.wrapped }))
  return { first: picture.first, columns: picture.columns, rows }
}
