/**
 * The official library's `App`: a model of windows, tabs and sessions that it keeps up to date from
 * notifications, with the traffic that it makes at start-up and on every change.
 */
import {
  type FocusChangedNotification,
  type ListSessionsResponse,
  NotificationType,
  type SessionSummary,
  type SplitTreeNode,
} from '../../src/messages/iterm2.ts'
import type { RequestPayload } from '../../src/messages/requests.ts'
import type { PythonLikeClient } from './python-like-client.ts'
import { hasField, type Read } from './python-messages.ts'

export interface AppSession {
  id: string
  title: string
  columns: number
  rows: number
}

export interface AppTab {
  id: string
  root: Read<SplitTreeNode>
  sessions: AppSession[]
  activeSessionId: string | undefined
}

export interface AppWindow {
  id: string
  number: number
  tabs: AppTab[]
  selectedTabId: string | undefined
}

export interface CreatedSession {
  window: AppWindow
  tab: AppTab
  session: AppSession
}

export class PythonLikeApp {
  windows: AppWindow[] = []
  buried: AppSession[] = []
  active: boolean | undefined
  currentWindowId: string | undefined
  /** Session ids in the order of the notifications. */
  readonly created: string[] = []
  readonly terminated: string[] = []
  readonly #waiting = new Set<() => void>()

  private constructor(readonly client: PythonLikeClient) {}

  /** The eight calls of `async_get_app`. */
  static async get(client: PythonLikeClient): Promise<PythonLikeApp> {
    const app = new PythonLikeApp(client)
    app.#takeList(await client.call('listSessions', {}))
    await client.subscribe(NotificationType.NOTIFY_ON_NEW_SESSION, (notification) => {
      app.created.push(notification.newSessionNotification.sessionId)
      client.background(app.refresh())
    })
    await client.subscribe(NotificationType.NOTIFY_ON_TERMINATE_SESSION, (notification) => {
      app.terminated.push(notification.terminateSessionNotification.sessionId)
      client.background(app.refresh())
    })
    await client.subscribe(NotificationType.NOTIFY_ON_LAYOUT_CHANGE, (notification) => {
      app.#takeList(notification.layoutChangedNotification.listSessionsResponse)
      client.background(app.#refreshFocus())
    })
    await client.subscribe(NotificationType.NOTIFY_ON_FOCUS_CHANGE, ({ focusChangedNotification }) => {
      if (!app.#takeFocus(focusChangedNotification)) client.background(app.refresh())
      app.#changed()
    })
    await client.subscribe(NotificationType.NOTIFY_ON_BROADCAST_CHANGE, () => undefined)
    await app.#refreshFocus()
    await client.call('getBroadcastDomains', {})
    return app
  }

  async refresh(): Promise<void> {
    this.#takeList(await this.client.call('listSessions', {}))
    await this.#refreshFocus()
  }

  get sessions(): AppSession[] {
    return [...this.windows.flatMap((window) => window.tabs.flatMap((tab) => tab.sessions)), ...this.buried]
  }

  get tabs(): AppTab[] {
    return this.windows.flatMap((window) => window.tabs)
  }

  session(id: string): AppSession | undefined {
    return this.sessions.find((session) => session.id === id)
  }

  tabOf(sessionId: string): AppTab | undefined {
    return this.tabs.find((tab) => tab.sessions.some(({ id }) => id === sessionId))
  }

  /** Resolves when the model, as the notifications keep it, fulfils the condition. */
  until(condition: (app: PythonLikeApp) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition(this)) return
        this.#waiting.delete(check)
        resolve()
      }
      this.#waiting.add(check)
      check()
    })
  }

  /** Opens a tab (a window, when none is named) and looks the session up, which must be listed by then. */
  async create(
    options: { command?: string; windowId?: string; request?: RequestPayload<'createTab'> } = {},
  ): Promise<CreatedSession> {
    const reply = await this.client.call('createTab', {
      ...(options.windowId === undefined ? {} : { windowId: options.windowId }),
      customProfileProperties: commandProperties(options.command),
      ...options.request,
    })
    if (reply.status !== 0) throw new Error(`CreateTab status ${reply.status}`)
    await this.refresh()
    return this.#lookUp(reply.sessionId)
  }

  /** @throws an Error with the number of a status that is not OK. */
  async split(
    session: string,
    options: { vertical?: boolean; before?: boolean; command?: string } = {},
  ): Promise<CreatedSession> {
    const reply = await this.client.call('splitPane', {
      session,
      splitDirection: options.vertical === false ? 1 : 0,
      before: options.before ?? false,
      customProfileProperties: commandProperties(options.command),
    })
    if (reply.status !== 0) throw new Error(`SplitPane status ${reply.status}`)
    await this.refresh()
    return this.#lookUp(reply.sessionId[0] ?? '')
  }

  #lookUp(sessionId: string): CreatedSession {
    for (const window of this.windows) {
      for (const tab of window.tabs) {
        const session = tab.sessions.find(({ id }) => id === sessionId)
        if (session) return { window, tab, session }
      }
    }
    throw new Error(`session ${sessionId} is not listed`)
  }

  /** A tab that opened after the list was read sends for the list again; one that never comes is a fault. */
  async #refreshFocus(triesLeft = 3): Promise<void> {
    const { notifications } = await this.client.call('focus', {})
    const known = notifications.map((notification) => this.#takeFocus(notification))
    this.#changed()
    if (!known.includes(false)) return
    if (triesLeft === 0) throw new Error('the focus names a tab that is not listed')
    this.#takeList(await this.client.call('listSessions', {}))
    await this.#refreshFocus(triesLeft - 1)
  }

  /** False when it is about a tab that the model does not know. */
  #takeFocus(focus: Read<FocusChangedNotification>): boolean {
    if (hasField(focus, 'applicationActive')) this.active = focus.applicationActive
    if (hasField(focus, 'window')) this.currentWindowId = focus.window.windowId
    if (hasField(focus, 'session')) {
      const tab = this.tabOf(focus.session)
      if (tab) tab.activeSessionId = focus.session
    }
    if (!hasField(focus, 'selectedTab')) return true
    const window = this.windows.find(({ tabs }) => tabs.some(({ id }) => id === focus.selectedTab))
    if (window) window.selectedTabId = focus.selectedTab
    return window !== undefined
  }

  #takeList(list: Read<ListSessionsResponse>): void {
    const old = { tabs: this.tabs, windows: this.windows }
    this.windows = list.windows
      .filter((window) => window.tabs.length > 0)
      .map((window) => ({
        id: window.windowId,
        number: window.number,
        selectedTabId: old.windows.find(({ id }) => id === window.windowId)?.selectedTabId,
        tabs: window.tabs.map((tab) => ({
          id: tab.tabId,
          root: tab.root,
          sessions: sessionsOf(tab.root),
          activeSessionId: old.tabs.find(({ id }) => id === tab.tabId)?.activeSessionId,
        })),
      }))
    this.buried = list.buriedSessions.map(sessionOf)
    this.#changed()
  }

  #changed(): void {
    for (const check of this.#waiting) check()
  }
}

/** How `command=` is sent. */
function commandProperties(command: string | undefined): { key: string; jsonValue: string }[] {
  if (command === undefined) return []
  return [
    { key: 'Custom Command', jsonValue: '"Yes"' },
    { key: 'Command', jsonValue: JSON.stringify(command) },
  ]
}

function sessionsOf(node: Read<SplitTreeNode>): AppSession[] {
  return node.links.flatMap((link) =>
    hasField(link, 'session') ? [sessionOf(link.session)] : sessionsOf(link.node),
  )
}

function sessionOf(summary: Read<SessionSummary>): AppSession {
  return {
    id: summary.uniqueIdentifier,
    title: summary.title,
    columns: summary.gridSize.width,
    rows: summary.gridSize.height,
  }
}
