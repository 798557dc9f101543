/** Lines of a screen as the official Python client reads them: strings are indexed by code point. */
import type { GetBufferResponse, LineContents, LineRange } from '../../src/messages/iterm2.ts'
import { LineContentsContinuation } from '../../src/messages/iterm2.ts'
import type { PythonLikeClient } from './python-like-client.ts'
import type { Read } from './python-messages.ts'

type CellStyle = Read<NonNullable<LineContents['style']>>[number]

export class PythonLine {
  readonly #codePoints: string[]
  /** For each cell, where its text starts and ends, in code points. */
  readonly #cells: [number, number][] = []
  readonly #styles: CellStyle[] = []
  readonly hardEol: boolean

  constructor(readonly proto: Read<LineContents>) {
    this.#codePoints = Array.from(proto.text)
    let offset = 0
    for (const run of proto.codePointsPerCell) {
      for (let count = 0; count < run.repeats; count += 1) {
        this.#cells.push([offset, offset + run.numCodePoints])
        offset += run.numCodePoints
      }
    }
    for (const style of proto.style) {
      for (let count = 0; count < style.repeats; count += 1) this.#styles.push(style)
    }
    this.hardEol = proto.continuation === LineContentsContinuation.CONTINUATION_HARD_EOL
  }

  get string(): string {
    return this.proto.text
  }

  get cellCount(): number {
    return this.#cells.length
  }

  /** The text of one cell; empty for the second half of a wide character and beyond the end. */
  stringAt(x: number): string {
    const [start = 0, end = 0] = this.#cells[x] ?? []
    return this.#codePoints.slice(start, end).join('')
  }

  styleAt(x: number): CellStyle | undefined {
    return this.#styles[x]
  }
}

export interface PythonScreen {
  lines: PythonLine[]
  text: string
  cursor: { x: number; y: number }
  response: Read<GetBufferResponse>
}

export async function getScreenContents(client: PythonLikeClient, session: string): Promise<PythonScreen> {
  return getBuffer(client, session, { screenContentsOnly: true })
}

/** Lines `first` to `first + count`, absolute. */
export async function getContents(
  client: PythonLikeClient,
  session: string,
  first: number,
  count: number,
): Promise<PythonScreen> {
  return getBuffer(client, session, {
    windowedCoordRange: {
      coordRange: { start: { x: 0, y: first }, end: { x: 0, y: first + count } },
      columns: { location: 0, length: 0 },
    },
  })
}

/** @throws an Error with the number of a status that is not OK. */
export async function getBuffer(
  client: PythonLikeClient,
  session: string,
  lineRange: LineRange,
): Promise<PythonScreen> {
  const response = await client.call('getBuffer', { session, lineRange, includeStyles: true })
  if (response.status !== 0) throw new Error(`GetBuffer status ${response.status}`)
  const lines = response.contents.map((proto) => new PythonLine(proto))
  return { lines, text: joined(lines), cursor: response.cursor, response }
}

/** Blank cells as spaces, soft-wrapped lines in one. */
function joined(lines: PythonLine[]): string {
  return lines
    .map((line) => line.string.replaceAll('\0', ' ') + (line.hardEol ? '\n' : ''))
    .join('')
    .trimEnd()
}
