/** The port through which everything above sees a terminal: iTerm2 or the embedded host. */
import type { EventEmitter } from 'eventemitter3'
import type { JsonValue } from '../iterm2/json.ts'
import type { Line } from '../iterm2/screen/line.ts'
import type { SessionLooks } from './session-looks.ts'
import type { TerminalKind } from './terminal-kind.ts'

export type { TerminalKind }

/** Whether the terminal is there, why it was chosen, and what to do when it is not connected. */
export interface TerminalStatus {
  kind: TerminalKind
  /** One of the client's named connection states. */
  state: string
  why: string
  fix?: string | undefined
  socket?: string | undefined
  /** `major.minor` that the terminal speaks. */
  protocolVersion?: string | undefined
}

/** Where a new session goes: beside the ones of the same launch, or into a window of its own. */
export interface Placement {
  layout: 'tabs' | 'panes' | 'windows'
  /** Terminal ids of the sessions that the same launch has opened so far. */
  beside: readonly string[]
}

export interface OpenRequest {
  /** Absolute path of the script that starts the program; the session's mark for finding it again. */
  script: string
  cwd: string
  name: string
  placement: Placement
}

/** A session as the terminal knows it. */
export interface TerminalSession {
  id: string
  title: string
  columns?: number | undefined
  rows?: number | undefined
}

/** What a session shows. Line numbers are absolute: 0 is the first line it ever produced. */
export interface Picture {
  /** Number of the first line. */
  first: number
  columns: number
  rows: number
  lines: readonly Line[]
  cursor: { x: number; y: number }
  /** Only its text is known: no looks of cells, and the cursor is taken to stand behind the last of it. */
  textOnly?: true
}

export interface TerminalEvents {
  /** The program of a session ended, or the session is gone; look which. May come twice. */
  'session-ended': [session: string]
  /** The connection to the terminal is lost. */
  lost: [status: TerminalStatus]
  /** It is back; everything may have changed meanwhile. */
  returned: [status: TerminalStatus]
}

/** What typing needs of a terminal. */
export type TypingTerminal = Pick<Terminal, 'readScreen' | 'sendText' | 'isAlive' | 'variable'>

/** Every method throws OrchError: `session-gone`, `terminal-lost`, `timeout` or `failed`. */
export interface Terminal extends EventEmitter<TerminalEvents> {
  readonly kind: TerminalKind
  status(): TerminalStatus
  /** Opens a session and gives its id. */
  open(request: OpenRequest): Promise<string>
  list(): Promise<TerminalSession[]>
  /** The command that a session was opened with, to know its script again. */
  openedWith(session: string): Promise<string | undefined>
  readScreen(session: string): Promise<Picture>
  /** `count` lines from absolute line `first` on, as far as they exist. */
  readLines(session: string, first: number, count: number): Promise<Picture>
  /** The last `count` lines, history included. */
  readTrailing(session: string, count: number): Promise<Picture>
  /**
   * The screen now and after changes; pictures that a slow reader cannot keep up with are left out.
   * @param pacing called at each change that is told of, to take the look at once or later
   */
  screens(session: string, signal: AbortSignal, pacing?: (look: () => void) => void): AsyncIterable<Picture>
  /** Types text as it is. */
  sendText(session: string, text: string): Promise<void>
  /** Whether the program of the session runs; false also when the session is gone. */
  isAlive(session: string): Promise<boolean>
  /** The value of a variable; null when it is unset. */
  variable(session: string, name: string): Promise<JsonValue>
  /** Calls `handler` with every new value; the result ends it. */
  watchVariable(
    session: string,
    name: string,
    handler: (value: JsonValue) => void,
  ): Promise<() => Promise<void>>
  /** Calls `handler` with every custom escape sequence (`OSC 1337;Custom`) of the session. */
  watchEscapes(
    session: string,
    handler: (identity: string, payload: string) => void,
  ): Promise<() => Promise<void>>
  /** Calls `handler` when a shell shows its prompt (A), runs a command (C), or has run it (D). */
  watchMarks(session: string, handler: (mark: 'A' | 'C' | 'D') => void): Promise<() => Promise<void>>
  /**
   * Calls `handler` when a person presses a key in the session; which one is not told. Nothing is told of what
   * {@link sendText} types, nor by the embedded host, which has no keyboard.
   */
  watchKeys(session: string, handler: () => void): Promise<() => Promise<void>>
  /** How it looks in its window. */
  looks(session: string): SessionLooks
  activate(session: string): Promise<void>
  close(session: string, force: boolean): Promise<void>
  rename(session: string, name: string): Promise<void>
  restart(session: string): Promise<void>
  resize(session: string, columns: number, rows: number): Promise<void>
  disconnect(): Promise<void>
}
