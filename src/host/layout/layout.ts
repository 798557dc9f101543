/**
 * The windows, tabs and panes of the host, and what has the focus. It knows sessions by their id alone:
 * whoever owns them listens to `pane-size` and calls {@link Layout.detach} when one is closed.
 */
import { newUuid } from '../../lib/ids.ts'
import { Focus } from './focus.ts'
import { LayoutView } from './layout-view.ts'
import { fitTree, type GridSize, measureTree, resizePane } from './pane-size.ts'
import { findPane, insertPane, listPanes, type Pane, type PaneNode, removePane } from './pane-tree.ts'
import { cellPoints, type HostTab, type HostWindow, type SessionPlace, windowGrid } from './window.ts'

/** Which side of the target a new pane takes. */
export interface SplitPlace {
  vertical: boolean
  before: boolean
}

interface BuriedSession {
  session: string
  /** The window that it was in. */
  window: string
  size: GridSize
}

export class Layout extends LayoutView {
  readonly #focus = new Focus((event) => this.emit('focus', event))
  #buried: BuriedSession[] = []
  #nextTab = 1

  get buriedSessions(): string[] {
    return this.#buried.map(({ session }) => session)
  }

  /** The window that has the focus. */
  get currentWindow(): HostWindow | undefined {
    return this.findWindow(this.#focus.currentWindow ?? '')
  }

  /** What `active` means: the session with the focus in the current tab of the current window. */
  get activeSession(): string | undefined {
    const window = this.currentWindow
    return window?.tabs.find((tab) => tab.id === window.selectedTab)?.activeSession
  }

  /** Opens a window with one tab; it gets the focus, unless told otherwise. */
  openWindow(session: string, size: GridSize, select = true): SessionPlace {
    const root = fitTree({ kind: 'pane', session, ...size }, size)
    const tab: HostTab = { id: this.#nextTab++, root, activeSession: session }
    return { window: this.#openWindowFor(tab, select), tab }
  }

  /** Opens a tab of the window's size at the end of its tab bar. */
  openTab(window: HostWindow, session: string, select = true): HostTab {
    const size = windowGrid(window)
    const root = fitTree({ kind: 'pane', session, ...size }, size)
    const tab: HostTab = { id: this.#nextTab++, root, activeSession: session }
    window.tabs.push(tab)
    this.#announceSizes(root)
    this.emit('change')
    if (select) this.#selectTabIn(window, tab)
    return tab
  }

  /** Divides the pane of `target` in half; false when it is not shown or too small. */
  splitPane(target: string, session: string, place: SplitPlace, select = true): boolean {
    const where = this.locate(target)
    const pane = this.paneOf(target)
    if (!where || !pane || !this.canSplit(target, place.vertical)) return false
    const size = measureTree(where.tab.root)
    const halves = halve(pane, place.vertical)
    const shrunk = replaceSize(where.tab.root, target, halves.old)
    const added = insertPane(shrunk, target, { kind: 'pane', session, ...halves.added }, place)
    this.#setRoot(where.tab, fitTree(added, size))
    if (select) this.selectSession(session)
    return true
  }

  /** Takes a session out of its tab; the last pane closes the tab, the last tab the window. */
  detach(session: string): void {
    this.#buried = this.#buried.filter((buried) => buried.session !== session)
    const place = this.locate(session)
    if (!place) {
      this.emit('change')
      return
    }
    const { window, tab } = place
    const panes = listPanes(tab.root)
    const root = removePane(tab.root, session)
    if (!root) {
      this.#removeTab(window, tab)
      return
    }
    if (tab.activeSession === session) tab.activeSession = neighbourOf(panes, session)
    this.#setRoot(tab, fitTree(root, measureTree(tab.root)))
    this.#focus.sessionChanged(tab)
  }

  /** Hides a session without ending it. False when it is not shown. */
  bury(session: string): boolean {
    const window = this.locate(session)?.window
    const pane = this.paneOf(session)
    if (!window || !pane) return this.buriedSessions.includes(session)
    this.detach(session)
    this.#buried.push({ session, window: window.id, size: { columns: pane.columns, rows: pane.rows } })
    return true
  }

  /** Shows a buried session again: as a tab of the window that it was in, else in a new one. */
  unbury(session: string): boolean {
    const buried = this.#buried.find((candidate) => candidate.session === session)
    if (!buried) return this.locate(session) !== undefined
    this.#buried = this.#buried.filter((candidate) => candidate !== buried)
    const window = this.findWindow(buried.window)
    if (window) this.openTab(window, session)
    else this.openWindow(session, buried.size)
    return true
  }

  focusWindow(window: HostWindow): void {
    this.#focus.windowChanged(window.id)
  }

  selectTab(id: string): void {
    const found = this.findTab(id)
    if (found) this.#selectTabIn(found.window, found.tab, false)
  }

  /** Gives a session the focus within its tab. */
  selectSession(session: string): void {
    const place = this.locate(session)
    if (!place) return
    place.tab.activeSession = session
    this.#focus.sessionChanged(place.tab)
  }

  /** Resizes one pane; its tab grows or shrinks with it, other tabs stay as they are. */
  resizeSession(session: string, size: GridSize): void {
    const place = this.locate(session)
    if (place) this.#setRoot(place.tab, resizePane(place.tab.root, session, size))
  }

  /** Resizes every tab of a window to what fits into a frame of this size, in points. */
  resizeWindow(window: HostWindow, points: { width: number; height: number }): void {
    const columns = Math.max(1, Math.floor(points.width / cellPoints.width))
    const rows = Math.max(1, Math.floor(points.height / cellPoints.height))
    for (const tab of window.tabs) this.#setRoot(tab, fitTree(tab.root, { columns, rows }))
  }

  moveWindow(window: HostWindow, origin: { x: number; y: number }): void {
    window.origin = origin
    this.emit('change')
  }

  setFullscreen(window: HostWindow, fullscreen: boolean): void {
    if (window.fullscreen === fullscreen) return
    window.fullscreen = fullscreen
    this.emit('change')
  }

  /**
   * Gives a tab another tree of panes and announces the sizes. Its sessions must be shown nowhere else;
   * the size of the tree is kept as it is.
   */
  replaceTree(tab: HostTab, root: PaneNode): void {
    this.#setRoot(tab, fitTree(root, measureTree(root)))
    if (findPane(tab.root, tab.activeSession)) return
    tab.activeSession = listPanes(tab.root)[0]?.session ?? tab.activeSession
    this.#focus.sessionChanged(tab)
  }

  /** Moves a tab to a place in the tab bar of a window; the emptied window closes. */
  moveTab(tab: HostTab, target: HostWindow, index: number): void {
    this.#moveTab(tab, target, index)
    this.#afterTabsMoved()
  }

  /** Moves tabs to the front of windows, in order; the others follow, and emptied windows close. */
  arrangeTabs(assignments: Array<{ window: HostWindow; tabs: HostTab[] }>): void {
    for (const { window, tabs } of assignments) {
      for (const [index, tab] of tabs.entries()) this.#moveTab(tab, window, index)
    }
    this.#afterTabsMoved()
  }

  /** Moves a tab to a window of its own. */
  moveTabToNewWindow(tab: HostTab): HostWindow | undefined {
    const source = this.findTab(String(tab.id))?.window
    if (!source) return undefined
    if (source.tabs.length === 1) return source
    const index = source.tabs.indexOf(tab)
    source.tabs.splice(index, 1)
    this.#afterTabLeft(source, index)
    return this.#openWindowFor(tab, true)
  }

  #openWindowFor(tab: HostTab, select: boolean): HostWindow {
    const number = lowestFree(this.openWindows.map((window) => window.number))
    const window: HostWindow = {
      id: `pty-${newUuid()}`,
      number,
      tabs: [tab],
      selectedTab: tab.id,
      origin: { x: 20 * number, y: 20 * number },
      fullscreen: false,
    }
    this.openWindows.push(window)
    this.#announceSizes(tab.root)
    this.emit('change')
    this.#focus.tabChanged(tab)
    if (select || this.openWindows.length === 1) this.#focus.windowChanged(window.id)
    else this.#focus.windowAdded(window.id)
    return window
  }

  #moveTab(tab: HostTab, target: HostWindow, index: number): void {
    const source = this.findTab(String(tab.id))?.window
    if (!source) return
    source.tabs.splice(source.tabs.indexOf(tab), 1)
    target.tabs.splice(index, 0, tab)
  }

  #afterTabsMoved(): void {
    for (const window of this.openWindows.slice()) this.#afterTabLeft(window, 0)
    this.emit('change')
  }

  #selectTabIn(window: HostWindow, tab: HostTab, focusWindow = true): void {
    if (window.selectedTab !== tab.id) {
      window.selectedTab = tab.id
      this.#focus.tabChanged(tab)
      this.emit('change')
    }
    if (focusWindow) this.#focus.windowChanged(window.id)
  }

  #removeTab(window: HostWindow, tab: HostTab): void {
    const index = window.tabs.indexOf(tab)
    window.tabs.splice(index, 1)
    this.#afterTabLeft(window, index)
    this.emit('change')
  }

  #afterTabLeft(window: HostWindow, index: number): void {
    const next = window.tabs[index] ?? window.tabs.at(-1)
    if (!next) {
      this.openWindows.splice(this.openWindows.indexOf(window), 1)
      this.#focus.windowRemoved(window.id)
    } else if (!window.tabs.some((tab) => tab.id === window.selectedTab)) {
      this.#selectTabIn(window, next, false)
    }
  }

  #setRoot(tab: HostTab, root: PaneNode): void {
    const before = new Map(listPanes(tab.root).map((pane) => [pane.session, pane]))
    tab.root = root
    this.#announceSizes(root, before)
    this.emit('change')
  }

  #announceSizes(root: PaneNode, before = new Map<string, Pane>()): void {
    for (const pane of listPanes(root)) {
      const old = before.get(pane.session)
      if (old?.columns === pane.columns && old.rows === pane.rows) continue
      this.emit('pane-size', pane.session, pane.columns, pane.rows)
    }
  }
}

/** The divider comes off the old half, which keeps the odd cell. */
function halve(pane: Pane, vertical: boolean): { old: GridSize; added: GridSize } {
  const { columns, rows } = pane
  const half = (cells: number) => Math.floor((cells - 1) / 2)
  return vertical
    ? { old: { columns: columns - 1 - half(columns), rows }, added: { columns: half(columns), rows } }
    : { old: { columns, rows: rows - 1 - half(rows) }, added: { columns, rows: half(rows) } }
}

function replaceSize(root: PaneNode, session: string, size: GridSize): PaneNode {
  if (root.kind === 'pane') return root.session === session ? { ...root, ...size } : root
  return { ...root, children: root.children.map((child) => replaceSize(child, session, size)) }
}

/** The pane before the one that goes, else the one behind it. */
function neighbourOf(panes: Pane[], session: string): string {
  const index = panes.findIndex((pane) => pane.session === session)
  return (panes[index - 1] ?? panes[index + 1])?.session ?? session
}

function lowestFree(taken: number[]): number {
  let number = 0
  while (taken.includes(number)) number += 1
  return number
}
