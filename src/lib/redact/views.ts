/** A text as it is seen: without the sequences that colour it, and with wrapped rows joined. */

export interface View {
  text: string
  /** Where the character at `index` stands in the original text. */
  original(index: number): number
}

/** Colours and erasing (`CSI … m`, `CSI … K`) take no room; every other control sequence is shown as one space. */
const controlSequence = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-9A-OQ-WYZ=>c-z]/g

/** The text without its control sequences. Texts inside of them (OSC) stay: they may hold secrets too. */
export function plainView(text: string): View {
  if (!text.includes('\x1b')) return { text, original: (index) => index }
  const builder = new ViewBuilder(text)
  for (const match of text.matchAll(controlSequence)) {
    const [sequence] = match
    const unseen = sequence.startsWith('\x1b[') && /[mK]$/.test(sequence)
    builder.leaveOut(match.index, match.index + sequence.length, unseen ? '' : ' ')
  }
  return builder.finish((index) => index)
}

/** Rows shorter than this are not taken for wrapped ones; no terminal is so narrow. In columns. */
const leastWidth = 40

/** A program that wraps by itself leaves this many columns free at the right edge of the screen at most. */
const mostPadding = 8

/** What can stand in the middle of a secret. */
const inside = /[A-Za-z0-9_\-+/=.~%$!#*&?:@\\]/

/**
 * The same with rows joined that a full screen has cut: both sides of the cut are characters of a word, and the
 * row reaches as far right as any, and near to the edge of the screen where that is known. Frames and indents at the cut are left out. Undefined: nothing was joined.
 */
export function joinedView(plain: View, screenColumns = 0): View | undefined {
  const { text } = plain
  if (!text.includes('\n')) return undefined
  const rows = contentsOf(text)
  const width = rows.reduce((most, { columns }) => (columns > widest ? most : Math.max(most, columns)), 0)
  if (width < leastWidth) return undefined
  const builder = new ViewBuilder(text)
  let joined = false
  for (const [index, { end, columns, framed }] of rows.entries()) {
    const next = rows[index + 1]
    // A wide character that does not fit leaves its column empty.
    if (!next || columns < width - 1 || next.start === next.end) continue
    if (!framed && columns < screenColumns - mostPadding) continue
    if (!inside.test(text[end - 1] ?? '') || !inside.test(text[next.start] ?? '')) continue
    builder.leaveOut(end, next.start, '')
    joined = true
  }
  return joined ? builder.finish(plain.original) : undefined
}

/** A row longer than any screen is no row of a screen. In columns. */
const widest = 1_000

interface Row {
  /** Where its content starts and ends in the text, without indent and frame. */
  start: number
  end: number
  /** Column after the content. */
  columns: number
  /** A frame stands on its right: it may be narrower than the screen. */
  framed: boolean
}

const frame = /[\s│┃║|]/

function contentsOf(text: string): Row[] {
  const rows: Row[] = []
  let at = 0
  for (const line of text.split('\n')) {
    let start = 0
    let end = line.length
    while (end > start && frame.test(line[end - 1] ?? '')) end -= 1
    while (start < end && frame.test(line[start] ?? '')) start += 1
    rows.push({ start: at + start, end: at + end, columns: end, framed: line.trimEnd().length > end })
    at += line.length + 1
  }
  return rows
}

/** Puts a view together and remembers where its pieces came from. */
class ViewBuilder {
  readonly #source: string
  #done = 0
  #text = ''
  /** Where a piece starts in the view, and in the source. */
  readonly #pieces: { view: number; source: number }[] = []

  constructor(source: string) {
    this.#source = source
  }

  leaveOut(start: number, end: number, shown: string): void {
    this.#take(start)
    if (shown !== '') {
      this.#pieces.push({ view: this.#text.length, source: start })
      this.#text += shown
    }
    this.#done = end
  }

  finish(outer: (index: number) => number): View {
    this.#take(this.#source.length)
    const pieces = this.#pieces
    return {
      text: this.#text,
      original(index) {
        let low = 0
        let high = pieces.length - 1
        while (low < high) {
          const middle = (low + high + 1) >> 1
          if ((pieces[middle]?.view ?? 0) <= index) low = middle
          else high = middle - 1
        }
        const { view, source } = pieces[low] ?? { view: 0, source: 0 }
        return outer(source + index - view)
      },
    }
  }

  #take(end: number): void {
    if (end <= this.#done) return
    this.#pieces.push({ view: this.#text.length, source: this.#done })
    this.#text += this.#source.slice(this.#done, end)
  }
}
