import { LineContentsContinuation, type LineContents as WireLine } from '../../messages/iterm2.ts'
import { cellWidths, maxCells, splitCells } from './cells.ts'
import { decodeStyleRuns, type Style, type StyleRun, styleAt } from './style.ts'

/** One cell of the grid. */
export interface Cell {
  /** What stands in it; a space for a cell that was never written, '' for the right half of a wide one. */
  text: string
  /** Columns that the character takes: 1, 2, or 0 for the right half of the cell before. */
  width: number
  style: Style
}

const blankCell = '\u0000'

/** One row of a screen or of the history. Decoded only when asked, so that reading many is cheap. */
export class Line {
  readonly #wire: WireLine
  #cells: { texts: string[]; widths: number[] } | undefined
  #text: string | undefined
  #styles: StyleRun[] | undefined

  constructor(wire: WireLine) {
    this.#wire = wire
  }

  /** The text as it came: U+0000 for blanks, TAB where the program printed one. */
  get raw(): string {
    return this.#wire.text ?? ''
  }

  /** Whether the row goes on in the next one, because the text did not fit. */
  get wrapped(): boolean {
    return this.#wire.continuation === LineContentsContinuation.CONTINUATION_SOFT_EOL
  }

  /**
   * What a reader sees, with a space for every blank cell and every cell that a TAB jumped over. Trailing
   * cells that were never written are not part of it.
   */
  get text(): string {
    this.#text ??= this.#displayText()
    return this.#text
  }

  /** {@link text} without white space at its end. */
  get trimmed(): string {
    return this.text.trimEnd()
  }

  /** The number of cells; those after them were never written. */
  get length(): number {
    return this.#decode().texts.length
  }

  /** The styles of the cells, one entry for each run of equal ones. */
  get styles(): readonly StyleRun[] {
    this.#styles ??= decodeStyleRuns(this.#wire.style ?? [], maxCells)
    return this.#styles
  }

  /** Cell `x`, counted from 0. Right of the last written cell there are blanks. */
  cellAt(x: number): Cell {
    const { texts, widths } = this.#decode()
    const width = widths[x] ?? 1
    const text = texts[x] ?? ''
    return { text: width === 0 ? '' : display(text), width, style: styleAt(this.styles, x) }
  }

  /** All cells, in order. */
  cells(): Cell[] {
    return Array.from({ length: this.length }, (_, x) => this.cellAt(x))
  }

  /** The text of the cells from `start` up to and excluding `end`. A wide character belongs to its left half. */
  slice(start: number, end: number): string {
    const { texts, widths } = this.#decode()
    let result = ''
    for (let x = Math.max(0, start); x < Math.min(end, texts.length); x++) {
      if (widths[x] !== 0) result += display(texts[x] ?? '')
    }
    return result
  }

  /** Whether another row looks exactly the same. */
  equals(other: Line): boolean {
    if (this === other) return true
    return (
      this.raw === other.raw &&
      this.wrapped === other.wrapped &&
      sameValue(this.#wire.codePointsPerCell, other.#wire.codePointsPerCell) &&
      sameValue(this.#wire.style, other.#wire.style)
    )
  }

  #decode(): { texts: string[]; widths: number[] } {
    if (this.#cells === undefined) {
      const texts = splitCells(this.raw, this.#wire.codePointsPerCell ?? [])
      this.#cells = { texts, widths: cellWidths(texts, this.wrapped) }
    }
    return this.#cells
  }

  #displayText(): string {
    if (this.#oneUnitPerCell()) return this.raw.replaceAll(blankCell, ' ').replaceAll('\t', ' ')
    const { texts, widths } = this.#decode()
    // A wide character that did not fit leaves the last column empty; it is no space of the text.
    const filler = this.wrapped && texts.at(-1) === '' && widths.at(-1) !== 0
    return this.slice(0, filler ? texts.length - 1 : texts.length)
  }

  /** The common case, plain ASCII rows, needs no splitting. */
  #oneUnitPerCell(): boolean {
    const [run, ...more] = this.#wire.codePointsPerCell ?? []
    if (run === undefined) return this.raw === ''
    return more.length === 0 && (run.numCodePoints ?? 1) === 1 && run.repeats === this.raw.length
  }
}

function display(text: string): string {
  return text === '' || text === blankCell || text === '\t' ? ' ' : text
}

/** Compares parts of messages field by field; JSON would be many times slower on every screen update. */
function sameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (!isObject(left) || !isObject(right)) return false
  const keys = Object.keys(left)
  return keys.length === Object.keys(right).length && keys.every((key) => sameValue(left[key], right[key]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
