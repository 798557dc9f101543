/** How many lines of history the emulator is told to keep. */

/** Room at the start; xterm reserves a slot for every line that may come, used or not. */
const firstRoom = 1_000

/** Larger than any history that fits in memory; xterm takes no infinity. */
const unlimited = 2 ** 31

/** Grows the room of the history by doubling, up to the limit of the session, before it is needed. */
export class HistoryRoom {
  /** Lines of history that may be kept now. */
  lines: number
  readonly #limit: number

  /** `limit` is in lines; Infinity for no limit. */
  constructor(limit: number) {
    this.#limit = Number.isNaN(limit) ? firstRoom : Math.min(Math.max(0, Math.floor(limit)), unlimited)
    this.lines = Math.min(this.#limit, firstRoom)
  }

  /** The new room when these bytes might need more than there is. */
  grow(bytes: Uint8Array, used: number, columns: number): number | undefined {
    if (this.lines >= this.#limit) return undefined
    const needed = used + mostNewLines(bytes, columns)
    if (needed <= this.lines) return undefined
    this.lines = Math.min(this.#limit, Math.max(needed, this.lines * 2))
    return this.lines
  }
}

/** An upper bound: a control character or escape sequence makes at most two lines, the rest wraps. */
function mostNewLines(bytes: Uint8Array, columns: number): number {
  let controls = 0
  for (const byte of bytes) if (byte < 0x20 || byte === 0xc2) controls++
  return 2 * controls + 2 * Math.ceil(bytes.length / columns) + 2
}
