/**
 * Finds what is new on a screen, however it got there: printed, scrolled, repainted, resized. Lines have
 * absolute numbers (line 0 is the first that the session ever produced), so a line that scrolls keeps its
 * identity; full-screen programs move text between fixed rows, which is recognised by the text.
 */

export interface Row {
  text: string
  /** The text goes on in the next row. */
  wrapped: boolean
}

export interface Picture {
  /** Absolute number of the first row. */
  first: number
  columns: number
  rows: readonly Row[]
}

/** A line as the program printed it: wrapped rows joined. */
export interface ChangedLine {
  /** Absolute number of its first row. */
  y: number
  text: string
  /** What stood in its place before, when it is the same line that has grown or been counted on. */
  previous?: string
}

/** A text that vanished and is back within this time was repainted, not printed again. */
const repaintMs = 1_000
/** Characters by which a line is known again when a program redraws it for another width. */
const resizePrefix = 12

interface Line {
  y: number
  text: string
}

/** Compares each picture of one session with the one before. Time comes in as an argument, in ms. */
export class ScreenChanges {
  #previous: { first: number; columns: number; lines: Line[]; owner: Map<number, Line> } | undefined
  /** Texts that left their place, with the time when that was. */
  #gone = new Map<string, number[]>()
  #resizedAt = Number.NEGATIVE_INFINITY

  /** Line to read on from, so that nothing that scrolled by between two pictures is missed. */
  get resumeAt(): number | undefined {
    return this.#previous?.lines.at(-1)?.y ?? this.#previous?.first
  }

  /** Whether the line at `y` of the last picture has this text. */
  shows(y: number, text: string): boolean {
    return this.#previous?.lines.some((line) => line.y === y && line.text === text) ?? false
  }

  /** The last picture's lines, without the empty ones. */
  get lines(): readonly Readonly<Line>[] {
    return this.#previous?.lines ?? []
  }

  /** The lines that are new or changed in `picture`. All of them in the first one. */
  update(picture: Picture, now: number): ChangedLine[] {
    const before = this.#previous
    const { lines, owner } = joinRows(picture)
    this.#previous = { first: picture.first, columns: picture.columns, lines, owner }
    if (!before) return lines.map((line) => ({ ...line }))
    this.#forget(now)
    if (before.columns !== picture.columns) return this.#afterResize(before.lines, lines, now)

    const lastRow = picture.first + picture.rows.length
    for (const old of before.lines) {
      if (old.y < picture.first || old.y >= lastRow) continue
      const text = owner.get(old.y)?.text
      if (text !== old.text && !(text !== undefined && sameOccurrence(old.text, text)))
        this.#vanish(old.text, now)
    }
    const changed: ChangedLine[] = []
    for (const line of lines) {
      const old = before.owner.get(line.y)
      if (old?.text === line.text) continue
      if (line.y < before.first) continue
      // The rest of a wrapped line whose beginning has scrolled off the screen.
      if (old && old.y < line.y && line.y === picture.first) continue
      if (old && old.y === line.y && sameOccurrence(old.text, line.text)) {
        changed.push({ ...line, previous: old.text })
      } else if (!this.#reappears(line.text, now)) {
        changed.push({ ...line })
      }
    }
    return changed
  }

  /**
   * Another width wraps the history anew and gives other numbers, so only the texts can be compared: what
   * follows the last known line is new, what stands between or above has come out of the history.
   */
  #afterResize(before: readonly Line[], lines: readonly Line[], now: number): ChangedLine[] {
    this.#resizedAt = now
    this.#gone.clear()
    for (const line of before) this.#vanish(line.text, now)
    const known = lines.map((line) => this.#reappears(line.text, now))
    const last = known.lastIndexOf(true)
    return last < 0 ? [] : lines.slice(last + 1).map((line) => ({ ...line }))
  }

  #vanish(text: string, now: number): void {
    const times = this.#gone.get(text)
    if (times) times.push(now)
    else this.#gone.set(text, [now])
  }

  #reappears(text: string, now: number): boolean {
    const key = this.#gone.has(text) ? text : this.#redrawnForWidth(text, now)
    const times = key === undefined ? undefined : this.#gone.get(key)
    if (key === undefined || !times) return false
    times.shift()
    if (times.length === 0) this.#gone.delete(key)
    return true
  }

  #redrawnForWidth(text: string, now: number): string | undefined {
    if (now - this.#resizedAt > repaintMs) return undefined
    const start = text.trim().slice(0, resizePrefix)
    if (start.length < resizePrefix) return undefined
    return [...this.#gone.keys()].find((key) => key.trim().startsWith(start))
  }

  #forget(now: number): void {
    for (const [text, times] of this.#gone) {
      const fresh = times.filter((time) => now - time <= repaintMs)
      if (fresh.length === 0) this.#gone.delete(text)
      else if (fresh.length < times.length) this.#gone.set(text, fresh)
    }
  }
}

/**
 * Whether two texts of one line are the same message: one has grown out of the other, or only counters
 * and spinners differ.
 */
export function sameOccurrence(before: string, after: string): boolean {
  const [old, fresh] = [before.trim(), after.trim()]
  if (old === '' || fresh === '') return false
  return fresh.startsWith(old) || old.startsWith(fresh) || withoutCounters(old) === withoutCounters(fresh)
}

function withoutCounters(text: string): string {
  return text
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/\p{N}+/gu, '0')
    .replace(/[.…\s]+$/u, '')
}

/** Wrapped rows make one line; empty lines are left out. */
function joinRows(picture: Picture): { lines: Line[]; owner: Map<number, Line> } {
  const lines: Line[] = []
  const owner = new Map<number, Line>()
  let current: Line | undefined
  picture.rows.forEach((row, index) => {
    const y = picture.first + index
    if (current) current.text += row.text
    else current = { y, text: row.text }
    owner.set(y, current)
    if (row.wrapped && index < picture.rows.length - 1) return
    current.text = current.text.trimEnd()
    if (current.text !== '') lines.push(current)
    current = undefined
  })
  return { lines, owner }
}
