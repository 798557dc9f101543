/** Reads the screen and the history of a session. */
import {
  GetBufferResponseStatus,
  GetPropertyResponseStatus,
  type LineRange,
  type WindowedCoordRange,
} from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import { numberAt, parseJson } from '../json-values.ts'
import { decodeScreen, Screen } from './screen.ts'

/** Where the lines of a session are; all line numbers are absolute. */
export interface LineInfo {
  /** Lines that were forgotten: the number of the oldest line that still exists. */
  overflow: number
  /** Lines in the history, above the screen. */
  history: number
  /** Rows of the screen. */
  rows: number
  /** The first line that the user sees, who may have scrolled up. */
  firstVisible: number
}

/**
 * The rows now on the screen (of the alternate screen while a program uses it), with the cursor.
 * @param before an earlier screen, whose rows are shared where they are the same
 * @throws {Iterm2Error} `rejected` with SESSION_NOT_FOUND, and as {@link Requester.request}.
 */
export async function readScreen(requester: Requester, session: string, before?: Screen): Promise<Screen> {
  return decodeScreen(await getBuffer(requester, session, { screenContentsOnly: true }), undefined, before)
}

/** The last `count` lines of history and screen; fewer where there are not so many. */
export async function readTrailing(requester: Requester, session: string, count: number): Promise<Screen> {
  return decodeScreen(await getBuffer(requester, session, { trailingLines: count }))
}

/**
 * `count` lines from absolute line `first` on, of which those are returned that exist;
 * {@link Screen.first} tells the number of the first returned one.
 */
export async function readLines(
  requester: Requester,
  session: string,
  first: number,
  count: number,
): Promise<Screen> {
  let start = Math.max(0, first)
  const end = first + count
  // Lines that were forgotten are left out in silence, so fewer lines may mean that some are missing at
  // the start. Then nothing tells their number except where the history began, before and after.
  while (start < end) {
    const range = { coordRange: { start: { x: 0, y: start }, end: { x: 0, y: end } } }
    const reply = await getBuffer(requester, session, { windowedCoordRange: wholeWidth(range) })
    if ((reply.contents ?? []).length === end - start) return decodeScreen(reply, start)
    const { overflow } = await readLineInfo(requester, session)
    if (overflow <= start) return decodeScreen(reply, start)
    start = overflow
  }
  const { cursor } = await readScreen(requester, session)
  return new Screen([], end, cursor)
}

/**
 * The text within a range of cells, the way a selection copies it: rows joined where they were wrapped,
 * otherwise by newlines.
 */
export async function readRange(
  requester: Requester,
  session: string,
  range: WindowedCoordRange,
): Promise<string> {
  const reply = await getBuffer(requester, session, { windowedCoordRange: wholeWidth(range) })
  const { lines } = decodeScreen(reply)
  const box = (range.columns?.length ?? 0) > 0
  return lines
    .map((line, index) => {
      if (index === lines.length - 1) return line.text
      return line.wrapped && !box ? line.text : `${line.trimmed}\n`
    })
    .join('')
}

/** Where the lines of the session are at this moment. */
export async function readLineInfo(requester: Requester, session: string): Promise<LineInfo> {
  const reply = await call(requester, 'getProperty', { sessionId: session, name: 'number_of_lines' })
  requireOk('read the line numbers', reply.status, GetPropertyResponseStatus)
  const value = parseJson(reply.jsonValue)
  return {
    overflow: numberAt(value, 'overflow'),
    history: numberAt(value, 'history'),
    rows: numberAt(value, 'grid'),
    firstVisible: numberAt(value, 'first_visible'),
  }
}

async function getBuffer(requester: Requester, session: string, lineRange: LineRange) {
  const reply = await call(requester, 'getBuffer', { session, lineRange, includeStyles: true })
  requireOk('read the screen', reply.status, GetBufferResponseStatus)
  return reply
}

/** Columns must be present; length 0 is the whole width. */
function wholeWidth(range: WindowedCoordRange): WindowedCoordRange {
  return { ...range, columns: range.columns ?? { location: 0, length: 0 } }
}
