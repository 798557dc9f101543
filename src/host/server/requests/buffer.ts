/** Reads lines of a session's screen and history. */
import { GetBufferResponseStatus, type LineRange, type WindowedCoordRange } from '../../../messages/iterm2.ts'
import type { RequestHandler } from '../../handler.ts'
import type { Host } from '../../host.ts'
import type { CellRange, ColumnWindow, HostSession } from '../../session-types.ts'

/** Most lines of `trailing_lines`, from the reference. */
const maxTrailingLines = 1_000_000

export function getBufferHandler(host: Host): RequestHandler<'getBuffer'> {
  return ({ session: id = '', lineRange = {} }) => {
    const session = host.find(id)
    if (!session) return { status: GetBufferResponseStatus.SESSION_NOT_FOUND }
    const chosen = chooseLines(lineRange, session)
    if (!chosen) return { status: GetBufferResponseStatus.INVALID_LINE_RANGE }
    const { range, columns } = chosen
    const { x, y } = session.cursor()
    return {
      status: GetBufferResponseStatus.OK,
      contents: session.readLines(range, columns),
      cursor: { x, y },
      windowedCoordRange: {
        coordRange: {
          start: { x: range.startX, y: range.startY },
          end: { x: range.endX, y: range.endY },
        },
        columns,
      },
    }
  }
}

interface ChosenLines {
  range: CellRange
  columns: ColumnWindow
}

/** By presence: a range wins; otherwise exactly one of the short forms. */
function chooseLines(lineRange: LineRange, session: HostSession): ChosenLines | undefined {
  const { windowedCoordRange, screenContentsOnly, trailingLines } = lineRange
  if (windowedCoordRange) return readRange(windowedCoordRange)
  if ((screenContentsOnly === undefined) === (trailingLines === undefined)) return undefined
  const { overflow, history, grid } = session.lineInfo()
  const end = overflow + history + grid
  const count =
    trailingLines === undefined
      ? grid
      : Math.max(0, Math.min(trailingLines, history + grid, maxTrailingLines))
  return {
    range: { startX: 0, startY: end - count, endX: 0, endY: end },
    columns: { location: 0, length: 0 },
  }
}

function readRange({ coordRange, columns }: WindowedCoordRange): ChosenLines | undefined {
  const { start, end } = coordRange ?? {}
  if (!start || !end) return undefined
  const range = { startX: start.x ?? 0, startY: start.y ?? 0, endX: end.x ?? 0, endY: end.y ?? 0 }
  const { location = 0, length = 0 } = columns ?? {}
  if (range.startX < 0 || location < 0 || length < 0) return undefined
  return { range, columns: { location, length } }
}
