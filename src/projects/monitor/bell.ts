import type { Clock } from '../../lib/clock.ts'

/** Wakes the one that waits; a ring while nobody waits is not lost. */
export class Bell {
  readonly #clock: Clock
  #rung = false
  #wake: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  ring(): void {
    this.#rung = true
    this.#wake?.()
  }

  /** Resolves at the next ring, at the latest after `ms`, and when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const done = () => {
          cancel()
          signal.removeEventListener('abort', done)
          this.#wake = undefined
          resolve()
        }
        const cancel = this.#clock.after(ms, done)
        signal.addEventListener('abort', done)
        this.#wake = done
      })
    }
    this.#rung = false
  }
}
