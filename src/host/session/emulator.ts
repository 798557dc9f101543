/** The screen and history of a session: @xterm/headless with absolute line numbers. */
import { createRequire } from 'node:module'
import type { Terminal } from '@xterm/headless'
import type { LineContents } from '../../messages/iterm2.ts'
import type { CellRange, ColumnWindow, Cursor, LineInfo } from '../session-types.ts'
import { type Anchor, keepAnchors } from './anchors.ts'
import { ChangedRows, type ScreenChange } from './changed-rows.ts'
import { useGraphemes } from './graphemes.ts'
import { HistoryRoom } from './history-room.ts'
import { lineContents } from './line-contents.ts'
import { limitRepeats } from './repeat-limits.ts'
import { WholeCharacters } from './whole-characters.ts'
import { type XtermInternals, type XtermLine, xtermInternals } from './xterm-internals.ts'

const require = createRequire(import.meta.url)
const { Terminal: XtermTerminal } = require('@xterm/headless') as typeof import('@xterm/headless')

/** Smallest and largest grid: xterm takes no less; more would be a gigabyte of cells. */
const minColumns = 2
const maxColumns = 2_000
const maxRows = 1_000

/** Parameters and address of a hyperlink, in characters; what other terminals take is about 2,000. */
const longestLink = 8_192

/** CAN ends an unfinished sequence; then the ordinary screen, modes, colours and margins come back. */
const ordinaryModes =
  '\x18\x1b[?1049l\x1b[!p\x1b[?9;1000;1002;1003;1004;1006;1015;1016;2004;2026l\x1b[?25h\x1b>\x1b]8;;\x1b\\\x1b[m'

export class Emulator {
  readonly terminal: Terminal
  /** Exceptions inside the emulator; the output that caused one is lost from there to the end of its piece. */
  failures = 0
  #overflow = 0
  readonly #inside: XtermInternals
  readonly #history: HistoryRoom
  readonly #characters = new WholeCharacters()
  readonly #resets: (() => void)[] = []
  readonly #changes: ChangedRows

  constructor(size: { columns: number; rows: number; scrollback: number }) {
    this.#history = new HistoryRoom(size.scrollback)
    this.terminal = new XtermTerminal({
      cols: clamp(size.columns, minColumns, maxColumns),
      rows: clamp(size.rows, 1, maxRows),
      scrollback: this.#history.lines,
      allowProposedApi: true,
      logLevel: 'off',
      // Titles may be saved and restored (CSI 22 and 23 t); ten of them at most.
      windowOptions: { pushTitle: true, popTitle: true, getWinSizeChars: true },
    })
    this.#inside = xtermInternals(this.terminal)
    useGraphemes(this.terminal)
    limitRepeats(this.#inside, this.terminal)
    // A link that is too long for any browser is no link; the library would keep megabytes of it.
    this.onOsc(8, (data) => data.length > longestLink)
    this.#countLostLines()
    this.#changes = new ChangedRows(this.#inside)
    this.onReset(() => this.#changes.mark())
  }

  get columns(): number {
    return this.terminal.cols
  }

  get rows(): number {
    return this.terminal.rows
  }

  get alternate(): boolean {
    return this.terminal.buffer.active.type === 'alternate'
  }

  /** Parses output of the program, at once. */
  parse(piece: Uint8Array): void {
    const bytes = this.#characters.take(piece)
    const { normal } = this.#inside.buffers
    const room = this.#history.grow(bytes, normal.lines.length - this.rows, this.columns)
    if (room !== undefined) this.terminal.options.scrollback = room
    try {
      this.#inside._inputHandler.parse(bytes)
    } catch {
      this.failures++
      this.#changes.mark()
    }
  }

  /** Runs when the program resets the terminal (RIS). */
  onReset(listener: () => void): void {
    this.#resets.push(listener)
  }

  /** Handles an OSC sequence; the library's own handler for it runs too when the result is false. */
  onOsc(identifier: number, handler: (data: string) => boolean): void {
    this.terminal.parser.registerOscHandler(identifier, (data) => {
      try {
        return handler(data)
      } catch {
        this.failures++
        return true
      }
    })
  }

  /** Resizes, and moves the anchors with the cells that they name. */
  resizeWith(anchors: Anchor[], columns: number, rows: number): void {
    const { terminal } = this
    const emulator = this
    const space = {
      inside: this.#inside,
      get columns() {
        return terminal.cols
      },
      get overflow() {
        return emulator.#overflow
      },
    }
    keepAnchors(space, anchors, () =>
      terminal.resize(clamp(columns, minColumns, maxColumns), clamp(rows, 1, maxRows)),
    )
  }

  lineInfo(): LineInfo {
    const { lines } = this.#inside.buffers.normal
    return { overflow: this.#overflow, history: Math.max(0, lines.length - this.rows), grid: this.rows }
  }

  cursor(): Cursor {
    const { cursorX, cursorY } = this.terminal.buffer.active
    const { overflow, history } = this.lineInfo()
    return { x: cursorX, y: overflow + history + cursorY }
  }

  /** What looks different since this was called last; undefined when nothing does. */
  takeChange(): ScreenChange | undefined {
    const { overflow, history } = this.lineInfo()
    return this.#changes.take(this, overflow + history, this.cursor())
  }

  readLines(range: CellRange, columns?: ColumnWindow): LineContents[] {
    const { overflow, history, grid } = this.lineInfo()
    const end = Math.min(range.endX > 0 ? range.endY + 1 : range.endY, overflow + history + grid)
    const lines: LineContents[] = []
    for (let y = Math.max(range.startY, overflow); y < end; y++) {
      const line = this.#line(y)
      if (line) lines.push(this.#contents(line, y, range, columns))
    }
    return lines
  }

  /** Text between two cells; rows that were wrapped are joined. */
  textBetween(start: Anchor, end: Anchor): string {
    const range = { startX: start.x, startY: start.y, endX: end.x, endY: end.y }
    return this.readLines(range).reduce((text, line, index, lines) => {
      const soft = line.continuation === 2 && index < lines.length - 1
      return text + (line.text ?? '').replaceAll('\0', ' ') + (soft || index === lines.length - 1 ? '' : '\n')
    }, '')
  }

  /** Output that moves what is on the screen into the history and leaves ordinary modes and a clear screen. */
  freshScreen(): string {
    const { baseY, length } = this.terminal.buffer.normal
    let used = length - baseY
    while (used > 0 && this.#isEmpty(baseY + used - 1)) used--
    return `${ordinaryModes}\x1b[${this.rows};1H${'\n'.repeat(used)}\x1b[H`
  }

  dispose(): void {
    this.terminal.dispose()
  }

  #contents(line: XtermLine, y: number, range: CellRange, columns?: ColumnWindow): LineContents {
    const windowStart = columns && columns.length > 0 ? columns.location : 0
    const windowEnd = columns && columns.length > 0 ? columns.location + columns.length : this.columns
    const cut = {
      from: Math.max(windowStart, y === range.startY ? range.startX : 0),
      to: Math.min(windowEnd, y === range.endY ? range.endX : this.columns, this.columns),
      window: windowStart > 0 || windowEnd < this.columns,
      next: this.#line(y + 1),
    }
    return lineContents(line, cut, this.#inside._oscLinkService)
  }

  #isEmpty(row: number): boolean {
    return this.terminal.buffer.normal.getLine(row)?.translateToString(true) === ''
  }

  /** The history belongs to the normal screen, the rows below it to the one that is shown. */
  #line(y: number): XtermLine | undefined {
    const { normal, active } = this.#inside.buffers
    const { overflow, history } = this.lineInfo()
    const index = y - overflow
    if (index < history) return normal.lines.get(index)
    const row = index - history
    return row < this.rows ? active.lines.get(active.ybase + row) : undefined
  }

  /**
   * Counts what falls off the top of the history. A reset makes new, empty buffers; the screen keeps its
   * numbers and the history above it counts as lost.
   */
  #countLostLines(): void {
    let { normal } = this.#inside.buffers
    const count = (lost: number) => {
      this.#overflow += lost
    }
    normal.lines.onTrim(count)
    this.#inside._inputHandler.onRequestReset(() => {
      this.#overflow += Math.max(0, normal.lines.length - this.rows)
      normal = this.#inside.buffers.normal
      normal.lines.onTrim(count)
      for (const listener of this.#resets) listener()
    })
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(Math.floor(value) || least, least), most)
}
