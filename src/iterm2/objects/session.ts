import {
  InjectResponseStatus,
  RestartSessionResponseStatus,
  ScreenshotResponseStatus,
  SendTextResponseStatus,
} from '../../messages/iterm2.ts'
import { call, requireOk } from '../call.ts'
import type { Connection } from '../connection.ts'
import { Iterm2Error } from '../errors.ts'
import { requireFeature } from '../features.ts'
import type { JsonValue } from '../json.ts'
import { toBoolean, toText } from '../json-values.ts'
import type { Monitor, MonitorOptions } from '../monitor.ts'
import { type LineInfo, readLineInfo, readLines, readScreen, readTrailing } from '../screen/read.ts'
import type { Screen } from '../screen/screen.ts'
import { readSelectedText, readSelection, type SubSelection, setSelection } from '../screen/selection.ts'
import { type ScreenStream, streamScreen } from '../screen/stream.ts'
import { type InvocationArguments, invocation } from '../scripting/invocation.ts'
import { invokeFunction } from '../scripting/invoke.ts'
import { type ActivateOptions, activate } from './activate.ts'
import { closeById, type SplitOptions, splitPane } from './open.ts'
import { type Profile, readSessionProfile, setProfileProperties } from './profile.ts'
import type { ProfileChanges } from './profile-fields.ts'
import { type Prompt, readPrompt } from './prompts.ts'
import { getProperty, setProperty } from './properties.ts'
import type { PaneSummary, Rectangle } from './splitter.ts'
import { getVariable, setVariable, type VariableChange, watchVariable } from './variables.ts'

/** Where a session shows: in a pane, hidden behind a maximised pane, or in no window at all. */
export type SessionPlace = 'pane' | 'minimized' | 'buried'

/** Gives a session that was just created as an object; the App does, so that there is one object for each. */
export interface SessionSource {
  opened(id: string): Promise<Session>
}

/**
 * One terminal session. Made by the App, or `new Session(connection, id)` where only the id is known; then
 * `title`, `gridSize` and `place` are not kept up to date.
 */
export class Session {
  /** Upper-case UUID. */
  readonly id: string
  title = ''
  /** Absent while the session is in no pane. */
  gridSize: { columns: number; rows: number } | undefined
  frame: Rectangle | undefined
  place: SessionPlace = 'pane'
  readonly #connection: Connection
  readonly #source: SessionSource | undefined

  constructor(connection: Connection, id: string, source?: SessionSource) {
    this.#connection = connection
    this.#source = source
    this.id = id
  }

  /** Takes over what a listing says. */
  update(summary: PaneSummary, place: SessionPlace): void {
    this.title = summary.title
    this.gridSize = summary.gridSize
    this.frame = summary.frame
    this.place = place
  }

  /**
   * Types text, exactly as it is: Enter is `\r`, nothing is wrapped as a paste.
   * @param options.suppressBroadcast false types into all sessions of the broadcast domain; true unless
   * told otherwise, so that nothing is typed where it was not meant to be
   */
  async sendText(text: string, options: { suppressBroadcast?: boolean } = {}): Promise<void> {
    const suppressBroadcast = options.suppressBroadcast ?? true
    const reply = await call(this.#connection, 'sendText', { session: this.id, text, suppressBroadcast })
    requireOk('type into the session', reply.status, SendTextResponseStatus)
  }

  /** Has the terminal parse bytes as if the program had printed them. */
  async inject(data: Uint8Array | string): Promise<void> {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
    const reply = await call(this.#connection, 'inject', { sessionId: [this.id], data: bytes })
    requireOk('print into the session', reply.status?.[0], InjectResponseStatus)
  }

  readScreen(): Promise<Screen> {
    return readScreen(this.#connection, this.id)
  }

  /** `count` lines from absolute line `first` on, as far as they exist. */
  readLines(first: number, count: number): Promise<Screen> {
    return readLines(this.#connection, this.id, first, count)
  }

  /** The last `count` lines of history and screen. */
  readTrailing(count: number): Promise<Screen> {
    return readTrailing(this.#connection, this.id, count)
  }

  readLineInfo(): Promise<LineInfo> {
    return readLineInfo(this.#connection, this.id)
  }

  /** The screen as it changes. */
  streamScreen(): Promise<ScreenStream> {
    return streamScreen(this.#connection, this.id)
  }

  /** A picture of the session as PNG. */
  async screenshot(): Promise<Uint8Array> {
    requireFeature(this.#connection, 'screenshots')
    const reply = await call(this.#connection, 'screenshot', { session: this.id })
    requireOk('take a screenshot', reply.status, ScreenshotResponseStatus)
    if (reply.png === undefined) throw new Iterm2Error('malformed-reply', 'The terminal sent no picture.')
    return reply.png
  }

  /** Divides the pane; gives the new session (undefined for tmux, where it comes later). */
  async split(options?: SplitOptions): Promise<Session | undefined> {
    const id = await splitPane(this.#connection, this.id, options)
    if (id === undefined) return undefined
    return this.#source?.opened(id) ?? new Session(this.#connection, id)
  }

  /** Without `force` the user may be asked, and the call waits for the answer. */
  close(options?: { force?: boolean }): Promise<void> {
    return closeById(this.#connection, { session: this.id }, options)
  }

  /** Starts the program again. */
  async restart(options: { onlyIfExited?: boolean } = {}): Promise<void> {
    const onlyIfExited = options.onlyIfExited ?? false
    const reply = await call(this.#connection, 'restartSession', { sessionId: this.id, onlyIfExited })
    requireOk('restart the session', reply.status, RestartSessionResponseStatus)
  }

  /** Selects the session and its tab, and brings the window to the front. */
  activate(options?: ActivateOptions): Promise<void> {
    return activate(this.#connection, { session: this.id }, options)
  }

  /** Resizes the pane, its window and so its neighbours. */
  setGridSize(columns: number, rows: number): Promise<void> {
    return setProperty(this.#connection, { sessionId: this.id }, 'grid_size', {
      width: columns,
      height: rows,
    })
  }

  async isBuried(): Promise<boolean> {
    return toBoolean(await getProperty(this.#connection, { sessionId: this.id }, 'buried'))
  }

  /** Takes the session out of its window, where it runs on unseen, or puts it back. */
  setBuried(buried: boolean): Promise<void> {
    return setProperty(this.#connection, { sessionId: this.id }, 'buried', buried)
  }

  async setName(name: string): Promise<void> {
    await this.invoke('iterm2.set_name', { name })
  }

  getVariable(name: string): Promise<JsonValue> {
    return getVariable(this.#connection, { session: this.id }, name)
  }

  /** @param name `user.` and one more word */
  setVariable(name: string, value: JsonValue): Promise<void> {
    return setVariable(this.#connection, { session: this.id }, name, value)
  }

  /** The present value, then every change. */
  watchVariable(name: string, options?: MonitorOptions): Promise<Monitor<VariableChange>> {
    return watchVariable(this.#connection, { session: this.id }, name, options)
  }

  /** The session's own copy of its profile; all keys, or those asked for. */
  readProfile(keys?: readonly string[]): Promise<Profile> {
    return readSessionProfile(this.#connection, this.id, keys)
  }

  /** Changes the session's own copy of its profile. */
  setProfile(changes: ProfileChanges): Promise<void> {
    return setProfileProperties(this.#connection, { session: this.id }, changes)
  }

  /** Has the session use another stored profile. */
  switchProfile(guid: string): Promise<void> {
    return this.setProfile({ guid })
  }

  readSelection(): Promise<SubSelection[]> {
    return readSelection(this.#connection, this.id)
  }

  setSelection(parts: readonly SubSelection[]): Promise<void> {
    return setSelection(this.#connection, this.id, parts)
  }

  /** The selected text, or that of the given parts. */
  async readSelectedText(parts?: readonly SubSelection[]): Promise<string> {
    return readSelectedText(this.#connection, this.id, parts ?? (await this.readSelection()))
  }

  /** The last shell prompt, or the one with this id; undefined when there is none. */
  readPrompt(id?: string): Promise<Prompt | undefined> {
    return readPrompt(this.#connection, this.id, id)
  }

  /** Calls a function of iTerm2, or a registered one, as a method of this session. */
  invoke(
    name: string,
    args?: InvocationArguments,
    options?: { timeoutSeconds?: number },
  ): Promise<JsonValue> {
    return invokeFunction(this.#connection, { method: this.id }, invocation(name, args), options)
  }

  /** Output of a command of the tmux server that this session belongs to. */
  async runTmuxCommand(command: string): Promise<string | null> {
    return toText(await this.invoke('iterm2.run_tmux_command', { command }))
  }

  /** Command line of the coprocess, or null. */
  async readCoprocess(): Promise<string | null> {
    requireFeature(this.#connection, 'coprocesses')
    return toText(await this.invoke('iterm2.get_coprocess'))
  }

  /** Starts a coprocess; false when one runs already. `mute` keeps its output from the screen. */
  async runCoprocess(commandLine: string, mute = false): Promise<boolean> {
    requireFeature(this.#connection, 'coprocesses')
    return toBoolean(await this.invoke('iterm2.run_coprocess', { commandLine, mute }))
  }

  /** False when there was none. */
  async stopCoprocess(): Promise<boolean> {
    requireFeature(this.#connection, 'coprocesses')
    return toBoolean(await this.invoke('iterm2.stop_coprocess'))
  }

  /** Attaches a note to cells; y counts absolute lines. */
  async addAnnotation(
    start: { x: number; y: number },
    end: { x: number; y: number },
    text: string,
  ): Promise<void> {
    requireFeature(this.#connection, 'annotations')
    const range = { startX: start.x, startY: start.y, endX: end.x, endY: end.y }
    await this.invoke('iterm2.add_annotation', { ...range, text })
  }

  /** Has a browser session show a page. */
  async loadUrl(url: string): Promise<void> {
    requireFeature(this.#connection, 'load-url')
    await this.invoke('iterm2.load_url', { url })
  }

  /** Moves the session to a tab of its own; gives the tab's id (null for tmux, where it comes later). */
  async moveToNewTab(options: { window?: string; index?: number } = {}): Promise<string | null> {
    requireFeature(this.#connection, 'move-session-out')
    const args = { session: this.id, window_id: options.window, tab_index: options.index }
    return this.#invokeInApp('iterm2.move_session_to_new_tab', args)
  }

  /** Moves the session to a window of its own; gives the window's id (null for tmux). */
  async moveToNewWindow(): Promise<string | null> {
    requireFeature(this.#connection, 'move-session-out')
    return this.#invokeInApp('iterm2.move_session_to_new_window', { session: this.id })
  }

  /** Moves the session into a half of another session's pane. */
  async moveBeside(
    destination: string,
    options: { vertical?: boolean; before?: boolean } = {},
  ): Promise<void> {
    requireFeature(this.#connection, 'move-session')
    const { vertical = false, before = false } = options
    await this.#invokeInApp('iterm2.move_session', { session: this.id, destination, vertical, before })
  }

  async #invokeInApp(name: string, args: InvocationArguments): Promise<string | null> {
    return toText(await invokeFunction(this.#connection, 'app', invocation(name, args)))
  }
}

/** The id in `ITERM_SESSION_ID` or the variable `termid`, which put the place before it (`w0t1p0:<id>`). */
export function sessionIdFrom(text: string): string {
  return text.slice(Math.max(text.lastIndexOf(':'), text.lastIndexOf('.')) + 1)
}
