/** Finds the rows of the screen that look different from before, by digests, among those that were drawn on. */
import { background, cellSize, content } from './cell-bits.ts'
import type { XtermInternals, XtermLine } from './xterm-internals.ts'

/** FNV-1a's prime, and another odd number (of Murmur3) for a second, independent half. */
const primeA = 0x01000193
const primeB = 0x85ebca6b

const perRow = 3

/** What is different from the last time. */
export interface ScreenChange {
  /** Rows of the screen, from 0. */
  rows: readonly number[]
  cursor: boolean
  /** Any letter is another; where none is, symbols, digits, colours or the cursor changed. */
  words: boolean
  /** The rows have other line numbers or another width: lines went into the history, or the size changed. */
  moved: boolean
}

export class ChangedRows {
  readonly #inside: XtermInternals
  /** Numbers of each row: two over all that is seen, one over its letters. */
  #digests = new Int32Array(0)
  #columns = 0
  /** Absolute number of the first row, and the cursor. */
  #first = 0
  #cursor = { x: 0, y: 0 }
  /** Rows that were drawn on; none when the first is greater than the last. */
  #from = 0
  #to = Number.POSITIVE_INFINITY

  constructor(inside: XtermInternals) {
    this.#inside = inside
    inside._inputHandler.onRequestRefreshRows((range) => this.mark(range?.start, range?.end))
  }

  /** Something was drawn on these rows; without numbers on any. */
  mark(from = 0, to = Number.POSITIVE_INFINITY): void {
    this.#from = Math.min(this.#from, from)
    this.#to = Math.max(this.#to, to)
  }

  /** What has changed since this was called last; undefined when nothing did. */
  take(
    size: { columns: number; rows: number },
    first: number,
    cursor: { x: number; y: number },
  ): ScreenChange | undefined {
    const moved =
      first !== this.#first || size.columns !== this.#columns || this.#digests.length !== perRow * size.rows
    const cursorMoved = cursor.x !== this.#cursor.x || cursor.y !== this.#cursor.y
    if (this.#digests.length !== perRow * size.rows) this.#digests = new Int32Array(perRow * size.rows)
    const end = Math.min(this.#to + 1, size.rows)
    const { rows, words } = this.#digest(moved ? 0 : this.#from, moved ? size.rows : end)
    this.#from = Number.POSITIVE_INFINITY
    this.#to = Number.NEGATIVE_INFINITY
    this.#first = first
    this.#columns = size.columns
    this.#cursor = cursor
    return moved || cursorMoved || rows.length > 0 ? { rows, cursor: cursorMoved, words, moved } : undefined
  }

  #digest(from: number, end: number): { rows: number[]; words: boolean } {
    const { active } = this.#inside.buffers
    const digests = this.#digests
    const rows: number[] = []
    let words = false
    for (let row = from; row < end; row++) {
      const at = perRow * row
      const [a, b, letters] = rowDigest(active.lines.get(active.ybase + row))
      if (digests[at] === a && digests[at + 1] === b) continue
      words ||= digests[at + 2] !== letters
      digests[at] = a
      digests[at + 1] = b
      digests[at + 2] = letters
      rows.push(row)
    }
    return { rows, words }
  }
}

/** 64 bits over all cells of a row, 32 over its letters; under a microsecond for 80 columns. */
function rowDigest(line: XtermLine | undefined): [a: number, b: number, letters: number] {
  let a = 0x811c9dc5 | 0
  let b = 0
  let letters = 0
  const add = (value: number) => {
    a = Math.imul(a ^ value, primeA)
    b = (Math.imul(((b << 13) | (b >>> 19)) ^ value, primeB) + 1) | 0
  }
  if (!line) return [a, b, letters]
  add(line.isWrapped ? 1 : 2)
  const data = line._data
  for (let at = 0; at < data.length; at += cellSize) {
    const bits = data[at] ?? 0
    const bg = data[at + 2] ?? 0
    add(bits)
    if (isLetter(bits & content.codePoint))
      letters = Math.imul(letters ^ (bits & content.codePoint), primeA) + 1
    add(data[at + 1] ?? 0)
    add(bg)
    if (bits & content.combined) addText(line._combined[at / cellSize] ?? '', add)
    if (bg & background.extended) {
      const extended = line._extendedAttrs[at / cellSize]
      add(extended?.urlId ?? 0)
      add(extended?.underlineColor ?? 0)
    }
  }
  return [a, b, letters | 0]
}

/** Roughly: no ASCII symbol or digit, no punctuation, arrow, box or dingbat, nothing of private use, no emoji. */
function isLetter(codePoint: number): boolean {
  const lower = codePoint | 0x20
  if (codePoint < 0x80) return lower >= 0x61 && lower <= 0x7a
  if (codePoint < 0xc0 || codePoint >= 0x1f000) return false
  return !(codePoint >= 0x2000 && codePoint < 0x2e80) && !(codePoint >= 0xe000 && codePoint < 0xf900)
}

function addText(text: string, add: (value: number) => void): void {
  for (let index = 0; index < text.length; index++) add(text.charCodeAt(index))
}
