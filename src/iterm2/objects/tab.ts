import { SetTabLayoutResponseStatus } from '../../messages/iterm2.ts'
import { call, requireOk } from '../call.ts'
import type { Connection } from '../connection.ts'
import { Iterm2Error } from '../errors.ts'
import { requireFeature } from '../features.ts'
import type { JsonValue } from '../json.ts'
import { toText } from '../json-values.ts'
import { type InvocationArguments, invocation } from '../scripting/invocation.ts'
import { invokeFunction } from '../scripting/invoke.ts'
import { type ActivateOptions, activate } from './activate.ts'
import { closeById } from './open.ts'
import type { Session } from './session.ts'
import { encodeGridSize, encodeSplitter, panesOf, type Splitter } from './splitter.ts'
import { getVariable, setVariable } from './variables.ts'

/** What a listing says about a tab. */
export interface TabState {
  root: Splitter<Session>
  minimized: readonly Session[]
  tmuxWindowId: string | undefined
  tmuxConnectionId: string | undefined
}

/** One tab with its panes, kept up to date by the App. */
export class Tab {
  /** A whole number as text. */
  readonly id: string
  /** The tree of panes. */
  root: Splitter<Session> = { vertical: false, children: [] }
  /** Sessions hidden behind a maximised pane. */
  minimized: readonly Session[] = []
  /** The session that gets the keys when the tab is selected; undefined until it is known. */
  currentSession: Session | undefined
  /** Set for tabs of the tmux integration only. */
  tmuxWindowId: string | undefined
  tmuxConnectionId: string | undefined
  readonly #connection: Connection

  constructor(connection: Connection, id: string) {
    this.#connection = connection
    this.id = id
  }

  /** Takes over what a listing says. */
  update(state: TabState): void {
    Object.assign(this, state)
  }

  /** The sessions in panes, from left to right and top to bottom. */
  get sessions(): Session[] {
    return panesOf(this.root)
  }

  /** Those in panes and the minimized ones. */
  get allSessions(): Session[] {
    return [...this.sessions, ...this.minimized]
  }

  /** Selects the tab in its window, without bringing the window to the front. */
  select(): Promise<void> {
    return activate(this.#connection, { tab: this.id }, { orderWindowFront: false })
  }

  /** Selects the tab and brings the window to the front. */
  activate(options?: ActivateOptions): Promise<void> {
    return activate(this.#connection, { tab: this.id }, options)
  }

  /** Without `force` the user may be asked, and the call waits for the answer. */
  close(options?: { force?: boolean }): Promise<void> {
    return closeById(this.#connection, { tab: this.id }, options)
  }

  /** Selects the neighbouring pane; gives its session's id, or null when there is none. */
  async selectPane(direction: 'left' | 'right' | 'above' | 'below'): Promise<string | null> {
    requireFeature(this.#connection, 'select-pane-in-direction')
    return toText(await this.invoke('iterm2.select_pane_in_direction', { direction }))
  }

  /**
   * Resizes the panes. Sizes are wishes: the window is resized to fit them, unless it is full screen.
   * @param sizes by session id; panes that are not named keep the size they have
   */
  async resizePanes(sizes: ReadonlyMap<string, { columns: number; rows: number }>): Promise<void> {
    const root = encodeSplitter(this.root, (session) => {
      const size = sizes.get(session.id) ?? session.gridSize
      if (size === undefined) {
        throw new Iterm2Error('invalid-argument', `The size of session ${session.id} is not known.`)
      }
      return { uniqueIdentifier: session.id, gridSize: encodeGridSize(size) }
    })
    const reply = await call(this.#connection, 'setTabLayout', { tabId: this.id, root })
    requireOk('resize the panes', reply.status, SetTabLayoutResponseStatus)
  }

  async setTitle(title: string): Promise<void> {
    await this.invoke('iterm2.set_title', { title })
  }

  /** Moves the tab to a window of its own; gives the window's id. */
  async moveToNewWindow(): Promise<string | null> {
    const text = invocation('iterm2.move_tab_to_window')
    return toText(await invokeFunction(this.#connection, { tab: this.id }, text))
  }

  getVariable(name: string): Promise<JsonValue> {
    return getVariable(this.#connection, { tab: this.id }, name)
  }

  /** @param name `user.` and one more word */
  setVariable(name: string, value: JsonValue): Promise<void> {
    return setVariable(this.#connection, { tab: this.id }, name, value)
  }

  /** Calls a function of iTerm2, or a registered one, as a method of this tab. */
  invoke(
    name: string,
    args?: InvocationArguments,
    options?: { timeoutSeconds?: number },
  ): Promise<JsonValue> {
    return invokeFunction(this.#connection, { method: this.id }, invocation(name, args), options)
  }
}
