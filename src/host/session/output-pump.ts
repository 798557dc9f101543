/** Moves output from the PTY to the emulator, in small steps and in turn with other sessions. */
import { OutputQueue } from './output-queue.ts'
import { scheduleParsing } from './parse-scheduler.ts'

interface PumpTarget {
  parse(piece: Uint8Array): void
  /** After every piece. */
  parsed(): void
  /** Stops and starts the reading of the PTY. */
  setReading(on: boolean): void
}

export class OutputPump {
  readonly #target: PumpTarget
  readonly #output = new OutputQueue()
  /** Bytes fed by clients go first, and also while the output is frozen: their senders wait for them. */
  readonly #injected = new OutputQueue()
  readonly #injections: { end: number; resolve: () => void }[] = []
  #injectedBytes = 0
  #frozen = false
  #stopped = false
  #scheduled = false

  constructor(target: PumpTarget) {
    this.#target = target
  }

  /** All output of the program was parsed. */
  get drained(): boolean {
    return this.#output.size === 0
  }

  /** For the scheduler. */
  get small(): boolean {
    return this.#injected.size > 0 || this.#output.small
  }

  push(bytes: Uint8Array): void {
    this.#output.push(bytes)
    if (this.#output.full) this.#target.setReading(false)
    this.#schedule()
  }

  /** Resolves when the bytes were parsed. */
  inject(bytes: Uint8Array): Promise<void> {
    if (this.#stopped || bytes.length === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#injectedBytes += bytes.length
      this.#injections.push({ end: this.#injectedBytes, resolve })
      this.#injected.push(bytes)
      this.#schedule()
    })
  }

  /** While frozen, output waits: here up to the limit of the queue, then in the kernel, then in the program. */
  setFrozen(frozen: boolean): void {
    this.#frozen = frozen
    this.#schedule()
  }

  /** Forgets output that was not parsed yet. */
  discard(): void {
    this.#output.clear()
    this.#target.setReading(true)
  }

  stop(): void {
    this.#stopped = true
    this.#output.clear()
    this.#injected.clear()
    for (const { resolve } of this.#injections.splice(0)) resolve()
  }

  /** Parses one piece; for the scheduler. */
  step(): boolean {
    this.#scheduled = false
    if (this.#injected.size > 0) {
      this.#injected.parseNext((piece) => this.#target.parse(piece))
      this.#settleInjections()
    } else if (!this.#frozen) {
      this.#output.parseNext((piece) => this.#target.parse(piece))
      if (this.#output.roomy) this.#target.setReading(true)
    }
    this.#target.parsed()
    this.#scheduled = this.#hasWork
    return this.#scheduled
  }

  get #hasWork(): boolean {
    if (this.#stopped) return false
    return this.#injected.size > 0 || (!this.#frozen && this.#output.size > 0)
  }

  #settleInjections(): void {
    const parsed = this.#injectedBytes - this.#injected.size
    for (let first = this.#injections[0]; first && first.end <= parsed; first = this.#injections[0]) {
      this.#injections.shift()
      first.resolve()
    }
  }

  #schedule(): void {
    if (this.#scheduled || !this.#hasWork) return
    this.#scheduled = true
    scheduleParsing(this)
  }
}
