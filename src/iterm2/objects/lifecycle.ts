/** Sessions that come and go, and other things to be told of. */
import type { ListSessionsResponse } from '../../messages/iterm2.ts'
import { call } from '../call.ts'
import type { Connection } from '../connection.ts'
import { Monitor, type MonitorOptions, openMonitor } from '../monitor.ts'
import { decodeFocusChange, type FocusChange } from './focus.ts'
import { decodeSplitter, panesOf } from './splitter.ts'

/** Ids of all sessions in windows, minimized and buried ones included. */
export function sessionIdsOf(tree: ListSessionsResponse): string[] {
  const tabs = (tree.windows ?? []).flatMap((window) => window.tabs ?? [])
  const panes = tabs.flatMap((tab) => panesOf(decodeSplitter(tab.root)).map((pane) => pane.id))
  const hidden = [...tabs.flatMap((tab) => tab.minimizedSessions ?? []), ...(tree.buriedSessions ?? [])]
  return [...new Set([...panes, ...hidden.map((summary) => summary.uniqueIdentifier ?? '')])]
}

/** Ids of new sessions. Often they are told before the session is in any layout. */
export function watchNewSessions(connection: Connection, options?: MonitorOptions): Promise<Monitor<string>> {
  return openMonitor(
    connection,
    { type: 'new-session' },
    (notification) => notification.newSessionNotification?.sessionId,
    options,
  )
}

/**
 * Ids of every session once: those that exist now, then new ones as they come, those during a lost
 * connection included.
 */
export async function watchEachSession(
  connection: Connection,
  options?: MonitorOptions,
): Promise<Monitor<string>> {
  const monitor = new Monitor<string>(connection, options)
  const seen = new Set<string>()
  const tell = (id: string | undefined): void => {
    if (!id || seen.has(id)) return
    seen.add(id)
    monitor.push(id)
  }
  const tellPresent = async (): Promise<void> => {
    for (const id of sessionIdsOf(await call(connection, 'listSessions', {}))) tell(id)
  }
  const tellAgain = (): void => {
    tellPresent().catch(() => undefined)
  }
  monitor.listen(connection, 'reconnected', tellAgain)
  try {
    const stop = await connection.subscribe({ type: 'new-session' }, (notification) =>
      tell(notification.newSessionNotification?.sessionId),
    )
    monitor.onClose(stop)
    await tellPresent()
  } catch (error) {
    await monitor.close()
    throw error
  }
  return monitor
}

/**
 * Ids of sessions whose program ended, each end once. The terminal tells it a second time when it finally
 * destroys a closed session; an end that follows a restart is told again, because the session still exists.
 */
export async function watchTerminations(
  connection: Connection,
  options?: MonitorOptions,
): Promise<Monitor<string>> {
  const monitor = new Monitor<string>(connection, options)
  const ended = new Set<string>()
  const tellIfStillThere = async (id: string): Promise<void> => {
    const tree = await call(connection, 'listSessions', {})
    if (sessionIdsOf(tree).includes(id)) monitor.push(id)
  }
  try {
    const ends = await connection.subscribe({ type: 'terminate-session' }, (notification) => {
      const id = notification.terminateSessionNotification?.sessionId
      if (!id) return
      if (ended.has(id)) {
        tellIfStillThere(id).catch(() => undefined)
      } else {
        ended.add(id)
        monitor.push(id)
      }
    })
    monitor.onClose(ends)
    // An undone close brings the session back.
    const beginnings = await connection.subscribe({ type: 'new-session' }, (notification) => {
      ended.delete(notification.newSessionNotification?.sessionId ?? '')
    })
    monitor.onClose(beginnings)
  } catch (error) {
    await monitor.close()
    throw error
  }
  return monitor
}

/** What gets the focus. The same change may be told twice. */
export function watchFocus(connection: Connection, options?: MonitorOptions): Promise<Monitor<FocusChange>> {
  return openMonitor(
    connection,
    { type: 'focus-change' },
    ({ focusChangedNotification: change }) => (change === undefined ? undefined : decodeFocusChange(change)),
    options,
  )
}

/** The whole tree of windows, tabs and sessions, as it is after each change of it. */
export function watchLayout(
  connection: Connection,
  options?: MonitorOptions,
): Promise<Monitor<ListSessionsResponse>> {
  return openMonitor(
    connection,
    { type: 'layout-change' },
    (notification) => notification.layoutChangedNotification?.listSessionsResponse,
    options,
  )
}

export interface CustomSequence {
  session: string
  payload: string
}

/**
 * Payloads of the custom sequences (OSC 1337 ; Custom=id=<identity>:<payload> ST) that programs in the
 * session, or in `all`, print under this identity. The identity is no secret: any program may use it.
 */
export function watchCustomSequences(
  connection: Connection,
  session: string,
  identity: string,
  options?: MonitorOptions,
): Promise<Monitor<CustomSequence>> {
  return openMonitor(
    connection,
    { type: 'custom-escape-sequence', session },
    ({ customEscapeSequenceNotification: sequence }) =>
      sequence?.senderIdentity === identity
        ? { session: sequence.session ?? '', payload: sequence.payload ?? '' }
        : undefined,
    options,
  )
}
