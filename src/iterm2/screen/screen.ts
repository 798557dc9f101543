import type { GetBufferResponse } from '../../messages/iterm2.ts'
import { Line } from './line.ts'

export interface Cursor {
  /** Column, from 0 up to the width (after the last column). */
  x: number
  /** Absolute line. */
  y: number
}

/** Several rows that the program printed as one line, joined. */
export interface LogicalLine {
  text: string
  /** Absolute number of its first row. */
  first: number
  /** How many rows it takes. */
  rows: number
}

/**
 * Consecutive rows of a session, and the cursor, as they were at one moment.
 *
 * Line numbers are absolute: line 0 is the first that the session ever produced, and a line keeps its
 * number while older ones are forgotten (until the width changes).
 */
export class Screen {
  readonly lines: readonly Line[]
  /** Absolute number of the first of {@link lines}. */
  readonly first: number
  readonly cursor: Cursor

  constructor(lines: readonly Line[], first: number, cursor: Cursor) {
    this.lines = lines
    this.first = first
    this.cursor = cursor
  }

  /** The row that the cursor is in, as an index of {@link lines}; outside of it when it is elsewhere. */
  get cursorRow(): number {
    return this.cursor.y - this.first
  }

  /** All rows, trailing white space removed, joined by newlines. */
  get text(): string {
    return this.lines.map((line) => line.trimmed).join('\n')
  }

  /** Rows joined where the terminal wrapped them. */
  logicalLines(): LogicalLine[] {
    return joinWrapped(this.lines, this.first)
  }

  /** Whether another screen looks exactly the same, the cursor and the line numbers included. */
  equals(other: Screen): boolean {
    return (
      this.first === other.first &&
      this.cursor.x === other.cursor.x &&
      this.cursor.y === other.cursor.y &&
      this.lines.length === other.lines.length &&
      this.lines.every((line, index) => other.lines[index]?.equals(line) ?? false)
    )
  }
}

/** Joins rows that the terminal wrapped; `first` is the number of the first row. */
export function joinWrapped(lines: readonly Line[], first = 0): LogicalLine[] {
  const joined: LogicalLine[] = []
  let text = ''
  let start = 0
  lines.forEach((line, index) => {
    text += line.text
    if (line.wrapped && index < lines.length - 1) return
    joined.push({ text: text.trimEnd(), first: first + start, rows: index + 1 - start })
    text = ''
    start = index + 1
  })
  return joined
}

/** Decodes a GetBuffer reply whose status is OK. Rows that are as `before` are the objects of then. */
export function decodeScreen(reply: GetBufferResponse, first?: number, before?: Screen): Screen {
  const start = first ?? reply.windowedCoordRange?.coordRange?.start?.y ?? 0
  const scrolled = before ? start - before.first : 0
  const lines = (reply.contents ?? []).map((wire, index) => {
    const line = new Line(wire)
    const old = before?.lines[index + scrolled]
    return old?.equals(line) ? old : line
  })
  return new Screen(lines, start, { x: reply.cursor?.x ?? 0, y: reply.cursor?.y ?? 0 })
}
