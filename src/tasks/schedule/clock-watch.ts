import type { Clock } from '../../lib/clock.ts'

/** The clock was set when it differs from what has passed by more than this, in ms; timers are late by less. */
const clockJumpMs = 1_000

/** Notices that the clock was set, or that the computer slept: by what has really passed. */
export class ClockWatch {
  readonly #clock: Clock
  readonly #monotonic: () => number
  #offset: number

  /** @param monotonic ms that have passed, whatever the clock says */
  constructor(clock: Clock, monotonic: () => number) {
    this.#clock = clock
    this.#monotonic = monotonic
    this.#offset = this.#now()
  }

  /** By how many ms it was set since the last look; 0: it was not. */
  look(): number {
    const offset = this.#now()
    const jump = offset - this.#offset
    if (Math.abs(jump) < clockJumpMs) return 0
    this.#offset = offset
    return jump
  }

  #now(): number {
    return this.#clock.now() - this.#monotonic()
  }
}
