/**
 * What the two halves of the host say to each other: `host/session` (a PTY with a terminal emulator and
 * the facts it learns) and `host/server` (the API over it).
 */
import type { EventEmitter } from 'eventemitter3'
import type { GetPromptResponse, LineContents } from '../messages/iterm2.ts'

/** How to start the program of a session. */
export interface SessionSpec {
  /** Upper-case UUID. */
  id: string
  /** Program and arguments; the login shell when absent. */
  argv?: string[]
  cwd: string
  /** Complete environment of the program. */
  env: Record<string, string>
  columns: number
  rows: number
  /** Lines of history; Infinity for no limit. */
  scrollback: number
}

/** Absolute numbers: line 0 is the first line that the session ever produced. */
export interface LineInfo {
  /** Lines lost at the beginning of the history. */
  overflow: number
  /** Lines in the history, above the screen. */
  history: number
  /** Rows of the screen. */
  grid: number
}

export interface Cursor {
  /** Column, 0 to width. */
  x: number
  /** Absolute line. */
  y: number
}

/** Keeps cells `location` to `location + length` of every line; length 0 is the whole width. */
export interface ColumnWindow {
  location: number
  length: number
}

/** Cells from (startX, startY) inclusive to (endX, endY) exclusive, y absolute. */
export interface CellRange {
  startX: number
  startY: number
  endX: number
  endY: number
}

/** Variables of a session by name; values are JSON values. Names: docs/host.md. */
export type VariableValue =
  | string
  | number
  | boolean
  | null
  | VariableValue[]
  | { [key: string]: VariableValue }

export type PromptEvent =
  | { kind: 'prompt'; prompt: GetPromptResponse }
  | { kind: 'command-start'; promptId: string; command: string }
  | { kind: 'command-end'; promptId: string; status: number }

export interface HostSessionEvents {
  /** At least one cell or the cursor changed; at most 60 times a second, leading and trailing edge. */
  screen: []
  /** The variable has a new value (null: it is unset). Fired only on real change. */
  variable: [name: string, value: VariableValue]
  prompt: [event: PromptEvent]
  /** OSC 1337 ; Custom=id=<identity>:<payload> ST. */
  'custom-escape': [identity: string, payload: string]
  /** The program ended. The session stays, with its screen, until it is closed or restarted. */
  exit: [status: { exitCode: number; signal: number | undefined }]
  /** Columns or rows changed. */
  resize: [columns: number, rows: number]
}

/** A session of the host: one program on one PTY, and the screen that it draws. */
export interface HostSession extends EventEmitter<HostSessionEvents> {
  readonly id: string
  readonly columns: number
  readonly rows: number
  readonly exited: boolean
  readonly tty: string
  readonly pid: number

  /**
   * Types bytes, in order, however many; resolves when the kernel took them all. False after exit, and when
   * the program reads nothing and too much waits for it already (16 MiB).
   */
  write(data: string | Uint8Array): Promise<boolean>
  /** Parses bytes as output of the program, also while frozen; resolves when they are on the screen. */
  feed(bytes: Uint8Array): Promise<void>
  /** Resizes the PTY (SIGWINCH) and the screen. */
  resize(columns: number, rows: number): void
  /** Stops and starts applying output (transactions); the program blocks when the kernel's buffer is full. */
  freeze(): void
  thaw(): void

  lineInfo(): LineInfo
  cursor(): Cursor
  /** Lines that exist within the range, in the form of the API; the last is cut at `endX`. */
  readLines(range: CellRange, columns?: ColumnWindow): LineContents[]
  /** Variables that the session itself knows, by name. The process table is read when asked for. */
  variable(name: string): VariableValue
  variables(): Record<string, VariableValue>
  /** Reads the process table now; `variable` does so by itself where that is cheap (Linux). */
  sampleProcess(): Promise<void>
  /** Asks for the variables of the process table to be kept fresh (for monitors); call the result to stop. */
  watchProcess(): () => void

  /** Prompt ids, oldest first (OSC 133). */
  promptIds(): string[]
  prompt(id?: string): GetPromptResponse | undefined

  /** Ends the program: SIGHUP to its process group, SIGKILL after the grace time. Resolves when it is gone. */
  terminate(graceMs?: number): Promise<void>
  /** Starts the program again on a cleared screen; history is kept. Ends a running one first, without `exit`. */
  restart(): Promise<void>
  /** Frees everything; the program must be gone. */
  dispose(): void
}

export type CreateHostSession = (spec: SessionSpec) => HostSession
