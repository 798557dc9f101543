import { ReorderTabsResponseStatus } from '../../messages/iterm2.ts'
import { call, requireOk } from '../call.ts'
import type { Connection } from '../connection.ts'
import type { JsonValue } from '../json.ts'
import { memberOf, numberAt, toBoolean } from '../json-values.ts'
import { type InvocationArguments, invocation } from '../scripting/invocation.ts'
import { invokeFunction } from '../scripting/invoke.ts'
import { type ActivateOptions, activate } from './activate.ts'
import { restoreArrangement, saveArrangement } from './application.ts'
import { closeById, createTab, type TabOptions } from './open.ts'
import { getProperty, setProperty } from './properties.ts'
import type { Rectangle } from './splitter.ts'
import type { Tab } from './tab.ts'
import { getVariable, setVariable } from './variables.ts'

/** Gives a tab that was just created as an object; the App does. */
export interface TabSource {
  openedTab(ids: { tab: string; session: string }): Promise<Tab>
}

/** One terminal window, kept up to date by the App. */
export class Window {
  /** `pty-` and a UUID. */
  readonly id: string
  /** From 0; the variable `number` is one more. */
  number = 0
  frame: Rectangle | undefined
  /** In the order of the tab bar. */
  tabs: readonly Tab[] = []
  /** The selected tab; undefined until it is known. */
  currentTab: Tab | undefined
  readonly #connection: Connection
  readonly #source: TabSource

  constructor(connection: Connection, id: string, source: TabSource) {
    this.#connection = connection
    this.#source = source
    this.id = id
  }

  /** Takes over what a listing says. */
  update(state: { number: number; frame: Rectangle | undefined; tabs: readonly Tab[] }): void {
    Object.assign(this, state)
  }

  async createTab(options: Omit<TabOptions, 'window'> = {}): Promise<Tab> {
    return this.#source.openedTab(await createTab(this.#connection, { ...options, window: this.id }))
  }

  /**
   * Puts these tabs first, in this order, moved here from other windows if need be; tabs that are not named
   * follow. A window that loses its last tab closes.
   */
  async setTabs(tabs: readonly Tab[]): Promise<void> {
    const assignments = [{ windowId: this.id, tabIds: tabs.map((tab) => tab.id) }]
    const reply = await call(this.#connection, 'reorderTabs', { assignments })
    requireOk('reorder the tabs', reply.status, ReorderTabsResponseStatus)
  }

  /** In points; the origin is the bottom left corner of the main screen. */
  async readFrame(): Promise<Rectangle> {
    const value = await getProperty(this.#connection, { windowId: this.id }, 'frame')
    const origin = memberOf(value, 'origin')
    const size = memberOf(value, 'size')
    return {
      x: numberAt(origin, 'x'),
      y: numberAt(origin, 'y'),
      width: numberAt(size, 'width'),
      height: numberAt(size, 'height'),
    }
  }

  setFrame({ x, y, width, height }: Rectangle): Promise<void> {
    const value = { origin: { x, y }, size: { width, height } }
    return setProperty(this.#connection, { windowId: this.id }, 'frame', value)
  }

  async isFullscreen(): Promise<boolean> {
    return toBoolean(await getProperty(this.#connection, { windowId: this.id }, 'fullscreen'))
  }

  setFullscreen(fullscreen: boolean): Promise<void> {
    return setProperty(this.#connection, { windowId: this.id }, 'fullscreen', fullscreen)
  }

  /** Brings the window to the front. */
  activate(options?: ActivateOptions): Promise<void> {
    return activate(this.#connection, { window: this.id }, options)
  }

  /** Without `force` the user may be asked, and the call waits for the answer. */
  close(options?: { force?: boolean }): Promise<void> {
    return closeById(this.#connection, { window: this.id }, options)
  }

  /** Saves this window under a name. */
  saveArrangement(name: string): Promise<void> {
    return saveArrangement(this.#connection, name, this.id)
  }

  /** Opens what was saved under a name as tabs of this window. */
  restoreArrangement(name: string): Promise<void> {
    return restoreArrangement(this.#connection, name, this.id)
  }

  async setTitle(title: string): Promise<void> {
    await this.invoke('iterm2.set_title', { title })
  }

  getVariable(name: string): Promise<JsonValue> {
    return getVariable(this.#connection, { window: this.id }, name)
  }

  /** @param name `user.` and one more word */
  setVariable(name: string, value: JsonValue): Promise<void> {
    return setVariable(this.#connection, { window: this.id }, name, value)
  }

  /** Calls a function of iTerm2, or a registered one, as a method of this window. */
  invoke(
    name: string,
    args?: InvocationArguments,
    options?: { timeoutSeconds?: number },
  ): Promise<JsonValue> {
    return invokeFunction(this.#connection, { method: this.id }, invocation(name, args), options)
  }
}
