/** Reads one OSC after the other: its number and data, and the verdict on it. */
import type { SequenceEvents, Verdict } from './sequence-events.ts'

/** Longest OSC that is read, in bytes; the texts in it are cut much shorter anyway. */
const longestRead = 8_192

/** An OSC that is still undecided after so many bytes passes. */
const longestHeld = 65_536

export class OscReader {
  verdict: Verdict = 'pass'
  readonly #events: SequenceEvents
  readonly #body = Buffer.alloc(longestRead)
  #length = 0
  /** Bytes that count for the verdict, and all that came. */
  #beginning = ''
  #seen = 0

  constructor(events: SequenceEvents) {
    this.#events = events
  }

  start(): void {
    this.#length = 0
    this.#seen = 0
    this.#beginning = ''
    this.verdict = 'undecided'
  }

  take(byte: number): Verdict {
    this.#seen++
    // Terminals skip these within an OSC, and zeros before its number.
    if (byte >= 0x20 && !(byte === 0x30 && this.#length === 0)) {
      if (this.#length < longestRead) this.#body[this.#length] = byte
      this.#length++
      if (this.verdict === 'undecided') {
        this.#beginning += String.fromCharCode(byte)
        this.verdict = this.#events.judge(this.#beginning)
      }
    }
    if (this.verdict === 'undecided' && this.#seen > longestHeld) this.verdict = 'pass'
    return this.verdict
  }

  end(terminator: string): Verdict {
    if (this.verdict === 'undecided') {
      this.verdict = this.#events.judgeWhole(this.#beginning, terminator)
    }
    if (this.verdict === 'pass' && this.#length <= longestRead) this.#tell()
    return this.verdict
  }

  #tell(): void {
    const body = this.#body.subarray(0, this.#length)
    const semicolon = body.indexOf(0x3b)
    const number = body.toString('latin1', 0, semicolon < 0 ? body.length : semicolon)
    if (!/^\d{0,6}$/.test(number)) return
    const data = semicolon < 0 ? Buffer.alloc(0) : body.subarray(semicolon + 1)
    this.#events.osc(Number(number), data)
  }
}
