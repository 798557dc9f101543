/** Finds the detach keys in what is typed. */

export interface DetachScan {
  /** What goes to the session. */
  forward: Uint8Array
  detached: boolean
}

/**
 * Looks for a sequence of bytes in a stream of them. Bytes that may still become the sequence are kept back
 * until the next ones tell; a session gets them then, so that no key is lost.
 */
export class DetachScanner {
  readonly #sequence: Uint8Array
  /** Bytes of the sequence that have been seen and kept back. */
  #matched = 0

  /** @param sequence at least one byte */
  constructor(sequence: Uint8Array) {
    this.#sequence = sequence
  }

  scan(typed: Uint8Array): DetachScan {
    const forward: number[] = []
    for (const byte of typed) {
      // Only a proper beginning of the sequence can be kept back, so a mismatch may leave a shorter one.
      while (this.#matched > 0 && byte !== this.#sequence[this.#matched]) {
        const kept = this.#longestBorder(this.#matched)
        forward.push(...this.#sequence.subarray(0, this.#matched - kept))
        this.#matched = kept
      }
      if (byte !== this.#sequence[this.#matched]) {
        forward.push(byte)
        continue
      }
      this.#matched += 1
      if (this.#matched === this.#sequence.length) {
        this.#matched = 0
        return { forward: Uint8Array.from(forward), detached: true }
      }
    }
    return { forward: Uint8Array.from(forward), detached: false }
  }

  /** Length of the longest proper beginning of the first `length` bytes that is also their end. */
  #longestBorder(length: number): number {
    for (let border = length - 1; border > 0; border -= 1) {
      const start = this.#sequence.subarray(0, border)
      const end = this.#sequence.subarray(length - border, length)
      if (start.every((byte, index) => byte === end[index])) return border
    }
    return 0
  }
}
