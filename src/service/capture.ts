/** What goes into a report of a fault: a session's screen with its styles, and what was made of it; redacted. */
import { z } from 'zod'
import { redactLines } from '../lib/redact.ts'
import { ownVersion } from '../lib/version.ts'
import type { Session } from '../sessions/session.ts'
import { explain, WhyResponse } from './explain.ts'

export const Capture = z.object({
  version: z.string(),
  node: z.string(),
  platform: z.string(),
  takenAt: z.iso.datetime(),
  columns: z.int(),
  rows: z.int(),
  cursor: z.object({ x: z.int(), y: z.int() }),
  /** The rows of the screen. */
  text: z.array(z.string()),
  /** The same with styles as escape sequences; a row that held a secret has none. */
  ansi: z.array(z.string()),
  why: WhyResponse,
})
export type Capture = z.infer<typeof Capture>

export async function capture(session: Session): Promise<Capture> {
  const plain = await session.read(undefined, false)
  const styled = await session.read(undefined, true)
  const { columns = 0, rows = 0 } = session.info()
  const why = explain(session)
  const text = redactLines(plain.lines, columns || undefined)
  return {
    version: ownVersion(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    takenAt: new Date().toISOString(),
    ...{ columns, rows, cursor: plain.cursor },
    text,
    ansi: text.map((line, row) => (line === plain.lines[row] ? (styled.lines[row] ?? '') : line)),
    why,
  }
}
