/** The selection of a session. */
import {
  SelectionMode,
  SelectionResponseStatus,
  type SubSelection as WireSubSelection,
} from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import { readRange } from './read.ts'

const modes = {
  character: SelectionMode.CHARACTER,
  word: SelectionMode.WORD,
  line: SelectionMode.LINE,
  smart: SelectionMode.SMART,
  box: SelectionMode.BOX,
  'whole-line': SelectionMode.WHOLE_LINE,
} as const

export interface SubSelection {
  /** First cell; y is an absolute line. */
  start: { x: number; y: number }
  /** The cell after the last one. */
  end: { x: number; y: number }
  /** Keeps only cells in these columns of every line. */
  columns?: { location: number; length: number }
  mode: keyof typeof modes
  /** Joined to the part before it without a newline. */
  connected: boolean
}

/** The parts of the selection; empty when nothing is selected. */
export async function readSelection(requester: Requester, session: string): Promise<SubSelection[]> {
  const reply = await call(requester, 'selection', { getSelectionRequest: { sessionId: session } })
  requireOk('read the selection', reply.status, SelectionResponseStatus)
  return (reply.getSelectionResponse?.selection?.subSelections ?? []).map(decode)
}

/** Selects these parts in place of whatever was selected. iTerm2 does not apply `connected`. */
export async function setSelection(
  requester: Requester,
  session: string,
  parts: readonly SubSelection[],
): Promise<void> {
  const selection = { subSelections: parts.map(encode) }
  const reply = await call(requester, 'selection', { setSelectionRequest: { sessionId: session, selection } })
  requireOk('set the selection', reply.status, SelectionResponseStatus)
}

/** The selected text: one read for each part, parts that are not connected on lines of their own. */
export async function readSelectedText(
  requester: Requester,
  session: string,
  parts: readonly SubSelection[],
): Promise<string> {
  let text = ''
  for (const [index, part] of parts.entries()) {
    if (index > 0 && !parts[index - 1]?.connected) text += '\n'
    const { windowedCoordRange } = encode(part)
    if (windowedCoordRange !== undefined) text += await readRange(requester, session, windowedCoordRange)
  }
  return text
}

function decode(wire: WireSubSelection): SubSelection {
  const range = wire.windowedCoordRange?.coordRange
  const columns = wire.windowedCoordRange?.columns
  const mode = Object.entries(modes).find(([, value]) => value === wire.selectionMode)?.[0]
  const part: SubSelection = {
    start: { x: range?.start?.x ?? 0, y: range?.start?.y ?? 0 },
    end: { x: range?.end?.x ?? 0, y: range?.end?.y ?? 0 },
    mode: isMode(mode) ? mode : 'character',
    connected: wire.connected ?? false,
  }
  if (columns?.length) part.columns = { location: columns.location ?? 0, length: columns.length }
  return part
}

function encode(part: SubSelection): WireSubSelection {
  return {
    windowedCoordRange: {
      coordRange: { start: part.start, end: part.end },
      columns: part.columns ?? { location: 0, length: 0 },
    },
    selectionMode: modes[part.mode],
    connected: part.connected,
  }
}

function isMode(name: string | undefined): name is keyof typeof modes {
  return name !== undefined && Object.hasOwn(modes, name)
}
