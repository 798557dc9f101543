/** Opens and closes tabs and panes, by ids. */
import {
  type CloseRequest,
  CloseResponseStatus,
  CreateTabResponseStatus,
  SplitPaneRequestSplitDirection,
  SplitPaneResponseStatus,
} from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import { Iterm2Error } from '../errors.ts'
import { encodeProfileChanges, type ProfileChanges } from './profile-fields.ts'

/** How to start a new session. */
export interface SessionOptions {
  /** Name (not guid) of the profile; the default one when absent. */
  profile?: string
  /** Run in place of the login shell: an interpolated string, split like shell words, executed directly. */
  command?: string
  /** Changes to the profile for this session only. */
  properties?: ProfileChanges
}

export interface TabOptions extends SessionOptions {
  /** Id of the window; a new window when absent. */
  window?: string
  /** Where among the tabs; the tab stays where it was made when the terminal cannot move it there. */
  index?: number
  /** False opens it in the background. True when absent. */
  select?: boolean
}

/** Opens a tab; gives the ids of it, of its window and of its session. */
export async function createTab(
  requester: Requester,
  options: TabOptions = {},
): Promise<{ window: string; tab: string; session: string }> {
  const reply = await call(requester, 'createTab', {
    ...encodeSession(options),
    ...(options.window === undefined ? {} : { windowId: options.window }),
    ...(options.index === undefined ? {} : { tabIndex: options.index }),
    ...(options.select === undefined ? {} : { selectTab: options.select }),
  })
  // The tab was made nevertheless: to fail here would leave one behind that nobody knows.
  if (reply.status !== CreateTabResponseStatus.INVALID_TAB_INDEX) {
    requireOk('open a tab', reply.status, CreateTabResponseStatus)
  }
  const { windowId: window, tabId, sessionId: session } = reply
  if (!window || tabId === undefined || !session) throw unnamed('tab')
  return { window, tab: String(tabId), session }
}

export interface SplitOptions extends SessionOptions {
  /** The divider stands upright: panes side by side. False puts them one above the other. */
  vertical?: boolean
  /** Left of, or above, the present pane. */
  before?: boolean
}

/** Divides the pane of a session; gives the id of the new session (undefined for tmux, which tells later). */
export async function splitPane(
  requester: Requester,
  session: string,
  options: SplitOptions = {},
): Promise<string | undefined> {
  const direction = SplitPaneRequestSplitDirection
  const reply = await call(requester, 'splitPane', {
    ...encodeSession(options),
    session,
    splitDirection: options.vertical ? direction.VERTICAL : direction.HORIZONTAL,
    before: options.before ?? false,
  })
  requireOk('split the pane', reply.status, SplitPaneResponseStatus)
  return reply.sessionId?.[0]
}

/**
 * Closes one object. Without `force` iTerm2 may ask the user, and the call waits for the answer.
 * @throws {Iterm2Error} `rejected` with NOT_FOUND or USER_DECLINED.
 */
export async function closeById(
  requester: Requester,
  target: { session: string } | { tab: string } | { window: string },
  options: { force?: boolean } = {},
): Promise<void> {
  const payload = { ...encodeTarget(target), force: options.force ?? false }
  const reply = await call(requester, 'close', payload)
  const [status] = reply.statuses ?? []
  if (status === undefined)
    throw new Iterm2Error('malformed-reply', 'The terminal did not say whether it closed.')
  requireOk('close it', status, CloseResponseStatus)
}

function encodeSession(options: SessionOptions) {
  const command =
    options.command === undefined ? {} : { customCommand: 'Yes' as const, command: options.command }
  const properties = encodeProfileChanges({ ...options.properties, ...command })
  return {
    ...(options.profile === undefined ? {} : { profileName: options.profile }),
    ...(properties.length === 0 ? {} : { customProfileProperties: properties }),
  }
}

function encodeTarget(target: { session: string } | { tab: string } | { window: string }): CloseRequest {
  if ('session' in target) return { sessions: { sessionIds: [target.session] } }
  if ('tab' in target) return { tabs: { tabIds: [target.tab] } }
  return { windows: { windowIds: [target.window] } }
}

function unnamed(what: string): Iterm2Error {
  return new Iterm2Error('malformed-reply', `The terminal did not name the new ${what}.`)
}
