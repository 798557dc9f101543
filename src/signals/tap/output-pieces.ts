/** Cuts a chunk of output into what goes on, what waits for a verdict, and what is dropped. */
export class OutputPieces {
  #chunk: Buffer = Buffer.alloc(0)
  #out: Buffer[] = []
  #mode: 'pass' | 'hold' | 'drop' = 'pass'
  /** Begin of what passes, and of what is held, in the chunk. */
  #passFrom = 0
  #holdFrom = 0
  /** What is held of earlier chunks. */
  #held: Buffer[] = []

  get passing(): boolean {
    return this.#mode === 'pass'
  }

  begin(chunk: Buffer): void {
    this.#chunk = chunk
    this.#out = []
    this.#passFrom = 0
    this.#holdFrom = 0
  }

  /** From the byte at `at` on, bytes wait. Bytes before it pass. */
  hold(at: number): void {
    this.#mode = 'hold'
    this.#holdFrom = at
  }

  /** What is held passes. Without effect when nothing is held. */
  release(): void {
    if (this.#mode !== 'hold') return
    this.#out.push(...this.#held)
    this.#held = []
    this.#mode = 'pass'
  }

  /** What is held is dropped, with all that follows until `dropThrough`. */
  drop(): void {
    if (this.#mode !== 'hold') return
    this.#passBefore(this.#holdFrom)
    this.#held = []
    this.#mode = 'drop'
  }

  /** The byte at `at` is the last that is dropped. */
  dropThrough(at: number): void {
    if (this.#mode !== 'drop') return
    this.#mode = 'pass'
    this.#passFrom = at + 1
  }

  /** Of what is held or dropped only the byte before the one at `at` is held on: it has begun something new. */
  holdLast(at: number): void {
    const last = at > 0 ? this.#chunk.subarray(at - 1, at) : this.#lastHeld
    if (this.#mode === 'drop') {
      this.#passFrom = at
      this.#mode = 'hold'
    } else if (at > 0) {
      this.release()
      this.#passBefore(at - 1)
    } else {
      this.#out.push(Buffer.concat(this.#held).subarray(0, -1))
    }
    this.#held = [Buffer.from(last)]
    this.#mode = 'hold'
    this.#holdFrom = at
    this.#passFrom = at
  }

  /** Puts bytes behind the byte at `at`, which passes. */
  insertAfter(at: number, bytes: Buffer): void {
    this.#passBefore(at + 1)
    this.#out.push(bytes)
  }

  /** What goes outward of this chunk. */
  end(): Buffer[] {
    const { length } = this.#chunk
    if (this.#mode === 'pass') this.#passBefore(length)
    else if (this.#mode === 'hold') {
      this.#passBefore(this.#holdFrom)
      const rest = Buffer.from(this.#chunk.subarray(this.#holdFrom))
      if (rest.length > 0) this.#held.push(rest)
    }
    if (length > 0) this.#lastHeld = Buffer.from(this.#chunk.subarray(-1))
    this.#chunk = Buffer.alloc(0)
    return this.#out
  }

  /** Gives up what is held: nothing follows. */
  flush(): Buffer[] {
    const held = this.#held
    this.#held = []
    this.#mode = 'pass'
    return held
  }

  /** Last byte of the chunk before. */
  #lastHeld: Buffer = Buffer.alloc(0)

  #passBefore(end: number): void {
    if (end > this.#passFrom) this.#out.push(this.#chunk.subarray(this.#passFrom, end))
    this.#passFrom = end
  }
}
