/** Time, as an argument. */
export interface Clock {
  /** Ms since 1970. */
  now(): number
  /** Calls `action` once after `ms`, unless the result is called first. */
  after(ms: number, action: () => void): () => void
}

/** The computer's own; what waits keeps no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(ms, longestTimer))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Node takes longer ones for 1 ms. */
const longestTimer = 2 ** 31 - 1
