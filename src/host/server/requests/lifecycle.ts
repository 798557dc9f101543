/** Requests that close, activate and restart what there is. */
import {
  ActivateResponseStatus,
  type CloseRequest,
  CloseResponseStatus,
  RestartSessionResponseStatus,
} from '../../../messages/iterm2.ts'
import type { RequestHandlers } from '../../handler.ts'
import type { Host } from '../../host.ts'
import { listPanes } from '../../layout/pane-tree.ts'
import type { HostTab } from '../../layout/window.ts'

export function lifecycleHandlers(
  host: Host,
): Pick<RequestHandlers, 'close' | 'activate' | 'restartSession'> {
  const { layout } = host
  return {
    /** Nobody is asked, with or without force. */
    close(request) {
      const statuses = sessionsToClose(request, host).map((sessions) => {
        if (!sessions) return CloseResponseStatus.NOT_FOUND
        for (const id of sessions) host.closeSession(id)
        return CloseResponseStatus.OK
      })
      return { statuses }
    },

    activate({ windowId, tabId, sessionId, orderWindowFront, selectTab, selectSession }) {
      const session = sessionId === undefined ? undefined : host.find(sessionId)
      if (session) layout.unbury(session.id)
      const place = session
        ? layout.locate(session.id)
        : tabId === undefined
          ? undefined
          : layout.findTab(tabId)
      const window = place?.window ?? (windowId === undefined ? undefined : layout.findWindow(windowId))
      const named = windowId ?? tabId ?? sessionId
      if (named !== undefined && !window) return { status: ActivateResponseStatus.BAD_IDENTIFIER }
      if (orderWindowFront) {
        if (!window) return { status: ActivateResponseStatus.INVALID_OPTION }
        layout.focusWindow(window)
      }
      if (selectTab) {
        if (!place) return { status: ActivateResponseStatus.INVALID_OPTION }
        layout.selectTab(String(place.tab.id))
      }
      if (selectSession) {
        if (!session) return { status: ActivateResponseStatus.INVALID_OPTION }
        layout.selectSession(session.id)
      }
      return { status: ActivateResponseStatus.OK }
    },

    async restartSession({ sessionId = '', onlyIfExited = false }) {
      const session = host.find(sessionId)
      if (!session) return { status: RestartSessionResponseStatus.SESSION_NOT_FOUND }
      if (onlyIfExited && !session.exited)
        return { status: RestartSessionResponseStatus.SESSION_NOT_RESTARTABLE }
      await session.restart()
      return { status: RestartSessionResponseStatus.OK }
    },
  }
}

/** For every id of the request the sessions to close; undefined for one that is not known. */
function sessionsToClose(request: CloseRequest, host: Host): Array<string[] | undefined> {
  const { layout } = host
  const inTabs = (tabs: readonly HostTab[] | undefined) =>
    tabs?.flatMap((tab) => listPanes(tab.root)).map((pane) => pane.session)
  if (request.windows) {
    return (request.windows.windowIds ?? []).map((id) => inTabs(layout.findWindow(id)?.tabs))
  }
  if (request.tabs) {
    return (request.tabs.tabIds ?? []).map((id) => {
      const tab = layout.findTab(id)?.tab
      return tab && inTabs([tab])
    })
  }
  return (request.sessions?.sessionIds ?? []).map((id) => {
    const session = host.find(id)
    return session && [session.id]
  })
}
