/**
 * Time as a run sees it: monotonic, so that nobody who sets the clock ends a run, and standing still while the
 * process is paused, stopped from outside, or asleep with the computer.
 */
export interface Ticker {
  /** Monotonic, in ms. */
  now(): number
  /** Calls once after `ms`, unless the result is called first. */
  after(ms: number, action: () => void): () => void
}

/** A process that could not run for longer than this has been stopped, or slept; shorter is a busy computer. */
const longestStallMs = 5_000

const systemTicker: Ticker = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms)
    return () => clearTimeout(timer)
  },
}

export class RunClock {
  readonly #ticker: Ticker
  /** How long it has stood still. */
  #stood = 0
  #stoodSince: number | undefined
  readonly #waiting = new Set<{ at: number; action: () => void }>()
  #cancelTick: (() => void) | undefined
  #tickDue = 0

  constructor(ticker: Ticker = systemTicker) {
    this.#ticker = ticker
  }

  /** Ms. */
  now(): number {
    return (this.#stoodSince ?? this.#ticker.now()) - this.#stood
  }

  after(ms: number, action: () => void): () => void {
    const entry = { at: this.now() + ms, action }
    this.#waiting.add(entry)
    this.#schedule()
    return () => {
      this.#waiting.delete(entry)
      if (this.#waiting.size === 0) this.#cancelTick?.()
    }
  }

  /** Resolves after so long, or when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.after(ms, done)
      if (signal?.aborted) done()
      else signal?.addEventListener('abort', done)
    })
  }

  standStill(): void {
    this.#stoodSince ??= this.#ticker.now()
  }

  goOn(): void {
    if (this.#stoodSince === undefined) return
    this.#stood += this.#ticker.now() - this.#stoodSince
    this.#stoodSince = undefined
    this.#tickDue = this.#ticker.now()
    this.#schedule()
  }

  /** One timer for all, which comes often enough to see that the process could not run. */
  #schedule(): void {
    this.#cancelTick?.()
    if (this.#waiting.size === 0 || this.#stoodSince !== undefined) return
    const next = Math.min(...[...this.#waiting].map(({ at }) => at))
    const ms = Math.max(0, Math.min(next - this.now(), longestStallMs))
    this.#tickDue = this.#ticker.now() + ms
    this.#cancelTick = this.#ticker.after(ms, () => this.#tick())
  }

  #tick(): void {
    // Woken before it is told that it goes on.
    if (this.#stoodSince !== undefined) return
    const late = this.#ticker.now() - this.#tickDue
    if (late > longestStallMs) this.#stood += late
    const now = this.now()
    for (const entry of [...this.#waiting]) {
      if (entry.at > now) continue
      this.#waiting.delete(entry)
      entry.action()
    }
    this.#schedule()
  }
}
