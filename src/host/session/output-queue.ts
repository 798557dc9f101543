/** Output that waits to be parsed: cut into pieces, bounded by stopping the reading. */

/** Unparsed bytes at which reading stops, and at which it goes on. Some milliseconds of parsing. */
const highWater = 256 * 1024
const lowWater = 64 * 1024

/** A piece is parsed in one go; its size follows the time that pieces take, towards the aim. */
const smallestPiece = 256
const largestPiece = 32 * 1024
const aimMs = 1

/** Little enough to go before the floods of others. */
const smallBacklog = 4 * 1024

export class OutputQueue {
  size = 0
  readonly #chunks: Uint8Array[] = []
  #piece = 4 * 1024

  get small(): boolean {
    return this.size <= smallBacklog
  }

  get full(): boolean {
    return this.size >= highWater
  }

  get roomy(): boolean {
    return this.size <= lowWater
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#chunks.push(bytes)
    this.size += bytes.length
  }

  /** Takes the next piece and hands it to `parse`; the time that took sets the size of the next. */
  parseNext(parse: (piece: Uint8Array) => void): void {
    const chunk = this.#chunks[0]
    if (!chunk) return
    const piece = chunk.subarray(0, this.#piece)
    if (piece.length === chunk.length) this.#chunks.shift()
    else this.#chunks[0] = chunk.subarray(piece.length)
    this.size -= piece.length
    const start = performance.now()
    parse(piece)
    const took = performance.now() - start
    if (took > 2 * aimMs) this.#piece = Math.max(smallestPiece, this.#piece / 2)
    else if (took < aimMs && piece.length === this.#piece) {
      this.#piece = Math.min(largestPiece, this.#piece * 2)
    }
  }

  clear(): void {
    this.#chunks.length = 0
    this.size = 0
  }
}
