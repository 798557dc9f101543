import { setTimeout as wait } from 'node:timers/promises'

export interface BackOffOptions {
  /** Milliseconds before the first try; 250. Doubled for each further one. */
  firstDelayMs?: number
  /** The longest wait in milliseconds; 30 000. */
  maxDelayMs?: number
  /** 0 ≤ x < 1; `Math.random`. */
  random?: () => number
  /** Waits, and rejects when the signal aborts; a timer. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Exponential delays with jitter, so that many clients do not come back in step. */
export class BackOff {
  readonly #first: number
  readonly #max: number
  readonly #random: () => number
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<void>
  #tries = 0

  constructor(options: BackOffOptions = {}) {
    this.#first = options.firstDelayMs ?? 250
    this.#max = options.maxDelayMs ?? 30_000
    this.#random = options.random ?? Math.random
    this.#sleep = options.sleep ?? ((ms, signal) => wait(ms, undefined, { signal }))
  }

  /** Waits before the next try. Rejects when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    await this.#sleep(this.nextDelay(), signal)
  }

  /** Begins again with the first delay. */
  reset(): void {
    this.#tries = 0
  }

  /** Between half and all of the exponential delay: never zero, and spread out. */
  nextDelay(): number {
    const full = Math.min(this.#max, this.#first * 2 ** this.#tries)
    this.#tries = Math.min(this.#tries + 1, 32)
    return full / 2 + (full / 2) * this.#random()
  }
}
