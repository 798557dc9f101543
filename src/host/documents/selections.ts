/** The selection of every session: set and read by scripts, since nobody drags a mouse here. */
import { EventEmitter } from 'eventemitter3'
import {
  LineContentsContinuation,
  type Selection,
  SelectionMode,
  SelectionResponseStatus,
  type SubSelection,
} from '../../messages/iterm2.ts'
import type { RequestHandler } from '../handler.ts'
import type { HostSession } from '../session-types.ts'

interface SelectionEvents {
  change: [sessionId: string]
}

export class Selections extends EventEmitter<SelectionEvents> {
  readonly #selections = new Map<string, { selection: Selection; text: string }>()

  of(sessionId: string): Selection {
    return this.#selections.get(sessionId)?.selection ?? { subSelections: [] }
  }

  /** The selected text as it was when it was selected. */
  textOf(sessionId: string): string {
    return this.#selections.get(sessionId)?.text ?? ''
  }

  replace(session: HostSession, selection: Selection): void {
    const parts = selection.subSelections ?? []
    const text = parts.map((part) => selectedText(session, part)).join('\n')
    this.#selections.set(session.id, { selection: { subSelections: parts }, text })
    this.emit('change', session.id)
  }

  forget(sessionId: string): void {
    this.#selections.delete(sessionId)
  }
}

/** Everything that is wrong with a request is REQUEST_MALFORMED, as in iTerm2. */
export function selectionHandler(
  selections: Selections,
  findSession: (id: string) => HostSession | undefined,
): RequestHandler<'selection'> {
  const malformed = { status: SelectionResponseStatus.REQUEST_MALFORMED }
  return ({ getSelectionRequest, setSelectionRequest }) => {
    const session = findSession((getSelectionRequest ?? setSelectionRequest)?.sessionId ?? '')
    if (!session) return malformed
    if (getSelectionRequest) {
      const selection = selections.of(session.id)
      return { status: SelectionResponseStatus.OK, getSelectionResponse: { selection } }
    }
    const selection = setSelectionRequest?.selection
    if (!selection?.subSelections?.every((part) => isWithin(part, session))) return malformed
    selections.replace(session, selection)
    return { status: SelectionResponseStatus.OK, setSelectionResponse: {} }
  }
}

function isWithin({ windowedCoordRange }: SubSelection, { columns }: HostSession): boolean {
  const { start, end } = windowedCoordRange?.coordRange ?? {}
  const [startX, startY, endX, endY] = [start?.x ?? 0, start?.y ?? 0, end?.x ?? 0, end?.y ?? 0]
  const inOrder = startY < endY || (startY === endY && startX <= endX)
  return (
    Boolean(start && end) && inOrder && startY >= 0 && [startX, endX].every((x) => x >= 0 && x <= columns)
  )
}

function selectedText(session: HostSession, { windowedCoordRange, selectionMode }: SubSelection): string {
  const { start, end } = windowedCoordRange?.coordRange ?? {}
  const range = { startX: start?.x ?? 0, startY: start?.y ?? 0, endX: end?.x ?? 0, endY: end?.y ?? 0 }
  const { location = 0, length = 0 } = windowedCoordRange?.columns ?? {}
  const isBox = selectionMode === SelectionMode.BOX
  const box = { location: Math.min(range.startX, range.endX), length: Math.abs(range.endX - range.startX) }
  const window = isBox && length === 0 ? box : { location, length }
  let text = ''
  const lines = session.readLines(range, window)
  for (const [index, line] of lines.entries()) {
    text += (line.text ?? '').replaceAll('\0', ' ')
    const wrapped = line.continuation === LineContentsContinuation.CONTINUATION_SOFT_EOL
    if (index < lines.length - 1 && (isBox || !wrapped)) text += '\n'
  }
  return text
}
