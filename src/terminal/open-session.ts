/** Opens a session over the iTerm2 API: in a tab, a window, or a pane beside the others of its launch. */
import type { Requester } from '../iterm2/api-types.ts'
import { call, requireOk } from '../iterm2/call.ts'
import { OrchError } from '../lib/errors.ts'
import {
  CreateTabResponseStatus,
  type ListSessionsResponse,
  type ProfileProperty,
  SplitPaneRequestSplitDirection,
  SplitPaneResponseStatus,
} from '../messages/iterm2.ts'
import { sessionsOf, windowOf } from './session-tree.ts'
import { startCommand } from './start-command.ts'
import type { OpenRequest, TerminalSession } from './terminal.ts'

/**
 * Gives the id of the new session.
 * @throws {OrchError} `launch-failed` when the terminal names none; {@link Iterm2Error} as it refuses.
 */
export async function openSession(client: Requester, request: OpenRequest): Promise<string> {
  const properties: ProfileProperty[] = [
    property('Custom Command', 'Yes'),
    property('Command', startCommand(request.script)),
    property('Custom Directory', 'Yes'),
    property('Working Directory', request.cwd),
    property('Name', request.name),
  ]
  if (request.placement.layout === 'panes') {
    const pane = await splitLargest(client, request.placement.beside, properties)
    if (pane !== undefined) return pane
  }
  return createTab(client, request, properties)
}

function property(key: string, value: string): ProfileProperty {
  return { key, jsonValue: JSON.stringify(value) }
}

/** Undefined when there is nothing to split, or no pane is large enough: then a tab has to do. */
async function splitLargest(
  client: Requester,
  beside: readonly string[],
  properties: ProfileProperty[],
): Promise<string | undefined> {
  const panes = sessionsOf(await listSessions(client)).filter((session) => beside.includes(session.id))
  const area = (pane: TerminalSession) => (pane.columns ?? 0) * (pane.rows ?? 0)
  const [largest] = panes.sort((left, right) => area(right) - area(left))
  if (!largest) return undefined
  // A cell is about twice as high as wide: split along the longer side.
  const vertical = (largest.columns ?? 0) > 2 * (largest.rows ?? 0)
  const reply = await call(client, 'splitPane', {
    session: largest.id,
    splitDirection: SplitPaneRequestSplitDirection[vertical ? 'VERTICAL' : 'HORIZONTAL'],
    customProfileProperties: properties,
  })
  if (reply.status === SplitPaneResponseStatus.CANNOT_SPLIT) return undefined
  requireOk('split a pane', reply.status, SplitPaneResponseStatus)
  return reply.sessionId?.[0]
}

/** In the background, so that nobody who types elsewhere is interrupted. */
async function createTab(
  client: Requester,
  request: OpenRequest,
  properties: ProfileProperty[],
): Promise<string> {
  const { layout, beside } = request.placement
  const windowId = layout === 'windows' ? undefined : await windowFor(client, beside)
  const reply = await call(client, 'createTab', {
    customProfileProperties: properties,
    selectTab: false,
    ...(windowId === undefined ? {} : { windowId }),
  })
  // With INVALID_TAB_INDEX the tab exists nevertheless.
  if (reply.status !== CreateTabResponseStatus.INVALID_TAB_INDEX) {
    requireOk('open a session', reply.status, CreateTabResponseStatus)
  }
  if (reply.sessionId === undefined) throw new OrchError('launch-failed', 'The terminal named no session.')
  return reply.sessionId
}

/** The window of the same launch, else the current one, else a new one. */
async function windowFor(client: Requester, beside: readonly string[]): Promise<string | undefined> {
  const tree = await listSessions(client)
  const last = beside.at(-1)
  const own = last === undefined ? undefined : windowOf(tree, last)
  if (own !== undefined) return own
  const focus = await call(client, 'focus', {})
  const current = focus.notifications?.find((event) => event.window?.windowId)?.window?.windowId
  const exists = (tree.windows ?? []).some((window) => window.windowId === current)
  return exists ? current : tree.windows?.at(-1)?.windowId
}

function listSessions(client: Requester): Promise<ListSessionsResponse> {
  return call(client, 'listSessions', {})
}
