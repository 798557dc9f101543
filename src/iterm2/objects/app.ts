import { EventEmitter } from 'eventemitter3'
import type { FocusChangedNotification } from '../../messages/iterm2.ts'
import type { Subscription } from '../api-types.ts'
import { call } from '../call.ts'
import { Coalesced } from '../coalesce.ts'
import type { Connection } from '../connection.ts'
import { Iterm2Error } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { type InvocationArguments, invocation } from '../scripting/invocation.ts'
import { invokeFunction } from '../scripting/invoke.ts'
import { activate } from './activate.ts'
import { getBroadcastDomains } from './application.ts'
import { decodeFocusChange, type FocusChange } from './focus.ts'
import { createTab, type TabOptions } from './open.ts'
import type { Session } from './session.ts'
import { SessionTree } from './session-tree.ts'
import type { Tab } from './tab.ts'
import { getVariable, setVariable } from './variables.ts'
import type { Window } from './window.ts'

/** Milliseconds until a refresh that failed is tried again. */
const retryAfterMs = 1000

/** How often a listing is read again because things changed while it was read. */
const maxReadings = 3

export interface AppEvents {
  'session-added': [session: Session]
  /** The session is in no window any more, and not buried either. */
  'session-removed': [session: Session]
  /** Windows, tabs or panes were opened, closed, moved or resized; the objects are up to date. */
  layout: []
  focus: [change: FocusChange]
  broadcast: [domains: readonly (readonly string[])[]]
  /** The tree could not be read. It is tried again. */
  error: [error: unknown]
}

/** Reads the tree of windows, tabs and sessions, and keeps it up to date until it is closed. */
export async function openApp(connection: Connection): Promise<App> {
  const app = new App(connection)
  await app.start()
  return app
}

/**
 * The terminal application: its windows, tabs and sessions as they are now. They are read again after a
 * reconnect. There is one object for each id, as long as it exists.
 */
export class App extends EventEmitter<AppEvents> {
  readonly #connection: Connection
  readonly #tree: SessionTree
  readonly #refreshing = new Coalesced(() => this.#readAll())
  readonly #stops: (() => Promise<void>)[] = []
  #retry: NodeJS.Timeout | undefined
  #closed = false
  /** Counts layouts and focus changes that were told: what was read before them is old. */
  #layouts = 0
  #focusChanges = 0
  #domains: readonly (readonly string[])[] = []

  constructor(connection: Connection) {
    super()
    this.#connection = connection
    this.#tree = new SessionTree(connection, this)
  }

  /** Subscribes, then reads everything. Called by {@link openApp}. */
  async start(): Promise<void> {
    this.#connection.on('reconnected', this.#refreshQuietly)
    this.#connection.on('closed', this.#closeQuietly)
    try {
      await this.#subscribe()
      await this.refresh()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /** Stops following. The objects stay as they are. Never throws. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    this.#connection.off('reconnected', this.#refreshQuietly)
    this.#connection.off('closed', this.#closeQuietly)
    await Promise.allSettled(this.#stops.splice(0).map((stop) => stop()))
  }

  /** Reads the tree, the focus and the broadcast domains. Several calls at once share one reading. */
  refresh(): Promise<void> {
    return this.#refreshing.request()
  }

  get windows(): Window[] {
    return [...this.#tree.windows.values()]
  }

  /** All sessions: in panes, minimized and buried. */
  get sessions(): Session[] {
    return [...this.#tree.sessions.values()]
  }

  get buriedSessions(): Session[] {
    return this.sessions.filter((session) => session.place === 'buried')
  }

  get applicationActive(): boolean {
    return this.#tree.focus.applicationActive
  }

  /** The window that has the keyboard, or had it last. */
  get currentWindow(): Window | undefined {
    return this.#tree.windows.get(this.#tree.focus.currentWindow ?? '')
  }

  get currentSession(): Session | undefined {
    return this.currentWindow?.currentTab?.currentSession
  }

  /** Groups of ids of sessions that receive the same typing. */
  get broadcastDomains(): readonly (readonly string[])[] {
    return this.#domains
  }

  window(id: string): Window | undefined {
    return this.#tree.windows.get(id)
  }

  tab(id: string): Tab | undefined {
    return this.#tree.tabs.get(id)
  }

  session(id: string): Session | undefined {
    return this.#tree.sessions.get(id)
  }

  /** Undefined for a buried session. */
  tabOf(session: Session): Tab | undefined {
    return this.#tree.tabOfSession.get(session.id)
  }

  windowOf(tab: Tab): Window | undefined {
    return this.#tree.windowOfTab.get(tab.id)
  }

  /** Opens a window with one tab; gives the tab, whose window is {@link windowOf} it. */
  async createWindow(options: Omit<TabOptions, 'window' | 'index'> = {}): Promise<Tab> {
    return this.openedTab(await createTab(this.#connection, options))
  }

  /** Makes iTerm2 the active application. */
  activate(options?: { raiseAllWindows?: boolean }): Promise<void> {
    return activate(this.#connection, 'app', options)
  }

  getVariable(name: string): Promise<JsonValue> {
    return getVariable(this.#connection, 'app', name)
  }

  /** @param name `user.` and one more word */
  setVariable(name: string, value: JsonValue): Promise<void> {
    return setVariable(this.#connection, 'app', name, value)
  }

  /** The words of the theme: `light` or `dark`, perhaps with `highContrast` or `minimal`. */
  async readTheme(): Promise<string[]> {
    const theme = await this.getVariable('effectiveTheme')
    return typeof theme === 'string' ? theme.split(' ').filter((word) => word !== '') : []
  }

  /** Calls a function of iTerm2, or a registered one. */
  invoke(
    name: string,
    args?: InvocationArguments,
    options?: { timeoutSeconds?: number },
  ): Promise<JsonValue> {
    return invokeFunction(this.#connection, 'app', invocation(name, args), options)
  }

  /** The object of a session that was just created. */
  opened(id: string): Promise<Session> {
    return this.#appeared(() => this.session(id), `session ${id}`)
  }

  /** The object of a tab that was just created. */
  openedTab(ids: { tab: string; session: string }): Promise<Tab> {
    return this.#appeared(() => this.tab(ids.tab), `tab ${ids.tab}`)
  }

  async #appeared<T>(find: () => T | undefined, what: string): Promise<T> {
    for (let reading = 0; reading < maxReadings; reading++) {
      await this.refresh()
      const found = find()
      if (found !== undefined) return found
    }
    throw new Iterm2Error('malformed-reply', `The terminal opened ${what} but does not list it.`)
  }

  async #subscribe(): Promise<void> {
    const follow = async (subscription: Subscription, handler: Parameters<Connection['subscribe']>[1]) => {
      this.#stops.push(await this.#connection.subscribe(subscription, handler))
    }
    await follow({ type: 'new-session' }, this.#refreshQuietly)
    await follow({ type: 'terminate-session' }, this.#refreshQuietly)
    await follow({ type: 'layout-change' }, ({ layoutChangedNotification: change }) => {
      if (change?.listSessionsResponse === undefined) return
      this.#layouts++
      this.#applyTree(change.listSessionsResponse)
    })
    await follow({ type: 'focus-change' }, ({ focusChangedNotification: change }) => {
      if (change === undefined) return
      this.#focusChanges++
      this.#applyFocus(change)
    })
    await follow({ type: 'broadcast-change' }, ({ broadcastDomainsChanged: change }) => {
      if (change === undefined) return
      this.#applyDomains((change.broadcastDomains ?? []).map((domain) => domain.sessionIds ?? []))
    })
  }

  readonly #refreshQuietly = (): void => {
    if (!this.#closed) this.refresh().catch(() => undefined)
  }

  readonly #closeQuietly = (): void => {
    void this.close()
  }

  async #readAll(): Promise<void> {
    clearTimeout(this.#retry)
    try {
      const listSessions = () => call(this.#connection, 'listSessions', {})
      this.#applyTree(await readUnchanged(listSessions, () => this.#layouts))
      const readFocus = () => call(this.#connection, 'focus', {})
      const { notifications = [] } = await readUnchanged(readFocus, () => this.#focusChanges)
      for (const notification of notifications) this.#applyFocus(notification, false)
      this.#applyDomains(await getBroadcastDomains(this.#connection))
    } catch (error) {
      this.#failed(error)
      throw error
    }
  }

  /** Nobody may be waiting for this reading, so it is tried again, unless a reconnect will do that. */
  #failed(error: unknown): void {
    if (this.#closed || (error instanceof Iterm2Error && error.code === 'disconnected')) return
    this.#retry = setTimeout(this.#refreshQuietly, retryAfterMs)
    this.#retry.unref()
    this.emit('error', error)
  }

  #applyTree(listing: Parameters<SessionTree['apply']>[0]): void {
    const { added, removed } = this.#tree.apply(listing)
    for (const session of added) this.emit('session-added', session)
    for (const session of removed) this.emit('session-removed', session)
    this.emit('layout')
  }

  /** A focus on something that is not in the tree means that the tree is old. */
  #applyFocus(wire: FocusChangedNotification, refreshIfUnknown = true): void {
    const change = decodeFocusChange(wire)
    if (change === undefined) return
    const known = this.#tree.applyFocus(change)
    if (!known && refreshIfUnknown) this.#refreshQuietly()
    this.emit('focus', change)
  }

  #applyDomains(domains: readonly (readonly string[])[]): void {
    const changed = JSON.stringify(domains) !== JSON.stringify(this.#domains)
    this.#domains = domains
    if (changed) this.emit('broadcast', domains)
  }
}

/** Reads again when a notification came meanwhile: the notification may be newer than the reading. */
async function readUnchanged<T>(read: () => Promise<T>, changes: () => number): Promise<T> {
  for (let reading = 1; ; reading++) {
    const before = changes()
    const value = await read()
    if (changes() === before || reading === maxReadings) return value
  }
}
