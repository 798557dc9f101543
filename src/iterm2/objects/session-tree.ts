/** The windows, tabs and sessions of the terminal as objects, one for each id as long as it exists. */
import type { ListSessionsResponse, ListSessionsResponseTab, SessionSummary } from '../../messages/iterm2.ts'
import type { Connection } from '../connection.ts'
import { type FocusChange, FocusModel } from './focus.ts'
import { Session, type SessionPlace, type SessionSource } from './session.ts'
import { decodeFrame, decodeSplitter, decodeSummary, mapSplitter, type PaneSummary } from './splitter.ts'
import { Tab } from './tab.ts'
import { type TabSource, Window } from './window.ts'

export class SessionTree {
  readonly focus = new FocusModel()
  readonly sessions = new Map<string, Session>()
  readonly tabs = new Map<string, Tab>()
  readonly windows = new Map<string, Window>()
  readonly tabOfSession = new Map<string, Tab>()
  readonly windowOfTab = new Map<string, Window>()
  readonly #connection: Connection
  readonly #source: SessionSource & TabSource

  constructor(connection: Connection, source: SessionSource & TabSource) {
    this.#connection = connection
    this.#source = source
  }

  /** Takes over a listing; gives the sessions that came and those that are gone. */
  apply(listing: ListSessionsResponse): { added: Session[]; removed: Session[] } {
    const before = new Map(this.sessions)
    const present = { sessions: new Set<string>(), tabs: new Set<string>(), windows: new Set<string>() }
    this.tabOfSession.clear()
    this.windowOfTab.clear()
    for (const wire of listing.windows ?? []) {
      const { windowId = '', tabs = [] } = wire
      // iTerm2 lists windows that are just closing without tabs.
      if (tabs.length === 0) continue
      const window = entry(this.windows, windowId, () => new Window(this.#connection, windowId, this.#source))
      const frame = wire.frame === undefined ? undefined : decodeFrame(wire.frame)
      window.update({
        number: wire.number ?? 0,
        frame,
        tabs: tabs.map((tab) => this.#applyTab(tab, present)),
      })
      for (const tab of window.tabs) this.windowOfTab.set(tab.id, window)
      present.windows.add(windowId)
    }
    for (const summary of listing.buriedSessions ?? []) {
      this.#applySession(decodeSummary(summary), 'buried', present.sessions)
    }
    keepOnly(this.windows, present.windows)
    keepOnly(this.tabs, present.tabs)
    keepOnly(this.sessions, present.sessions)
    this.focus.prune(present.windows, present.tabs)
    this.#showFocus()
    return {
      added: [...this.sessions.values()].filter((session) => !before.has(session.id)),
      removed: [...before.values()].filter((session) => !present.sessions.has(session.id)),
    }
  }

  /** Takes over a change of the focus; false when it names what is not in the tree. */
  applyFocus(change: FocusChange): boolean {
    this.focus.apply(change, {
      windowOfTab: (tab) => this.windowOfTab.get(tab)?.id,
      tabOf: (session) => this.tabOfSession.get(session)?.id,
    })
    this.#showFocus()
    if (change.kind === 'tab') return this.tabs.has(change.tab)
    if (change.kind === 'session') return this.sessions.has(change.session)
    return change.kind !== 'window' || change.window === '' || this.windows.has(change.window)
  }

  #applyTab(wire: ListSessionsResponseTab, present: { sessions: Set<string>; tabs: Set<string> }): Tab {
    const id = wire.tabId ?? ''
    const tab = entry(this.tabs, id, () => new Tab(this.#connection, id))
    present.tabs.add(id)
    const root = mapSplitter(decodeSplitter(wire.root), (pane) =>
      this.#applySession(pane, 'pane', present.sessions),
    )
    const minimized = (wire.minimizedSessions ?? []).map((summary: SessionSummary) =>
      this.#applySession(decodeSummary(summary), 'minimized', present.sessions),
    )
    tab.update({
      root,
      minimized,
      tmuxWindowId: wire.tmuxWindowId === '-1' ? undefined : wire.tmuxWindowId,
      tmuxConnectionId: wire.tmuxConnectionId,
    })
    for (const session of tab.allSessions) this.tabOfSession.set(session.id, tab)
    return tab
  }

  #applySession(summary: PaneSummary, place: SessionPlace, present: Set<string>): Session {
    const { id } = summary
    const session = entry(this.sessions, id, () => new Session(this.#connection, id, this.#source))
    session.update(summary, place)
    present.add(id)
    return session
  }

  #showFocus(): void {
    for (const window of this.windows.values()) {
      window.currentTab = this.tabs.get(this.focus.selectedTab(window.id) ?? '')
    }
    for (const tab of this.tabs.values()) {
      tab.currentSession = this.sessions.get(this.focus.activeSession(tab.id) ?? '')
    }
  }
}

function entry<T>(map: Map<string, T>, id: string, make: () => T): T {
  let value = map.get(id)
  if (value === undefined) {
    value = make()
    map.set(id, value)
  }
  return value
}

function keepOnly(map: Map<string, unknown>, ids: ReadonlySet<string>): void {
  for (const id of map.keys()) if (!ids.has(id)) map.delete(id)
}
