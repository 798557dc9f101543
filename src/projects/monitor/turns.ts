/** How many projects work at once. Who has waited longest for a turn is next, so that all of them come in turn. */

/** For {@link Turns.ask}: it had none yet. */
export const neverHad = 0
/** For {@link Turns.ask}: it waits for nobody. */
export const beforeAll = Number.NEGATIVE_INFINITY

/** The right to use the computer. */
export interface Turn {
  /** It stands still for now, and counts no more: somebody else may work meanwhile. */
  stepAside(): void
  /** It works again, even though that may be one too many: what has begun is not stopped. */
  comeBack(): void
  end(): void
}

export class Turns {
  readonly #limit: () => number
  readonly #working = new Set<Turn>()
  /** Those that have waited longest first. */
  #waiting: { since: number; grant(turn: Turn): void }[] = []
  #holds = 0

  constructor(limit: () => number) {
    this.#limit = limit
  }

  /**
   * Waits for a turn.
   *
   * @param since when whoever asks had the last one, in ms since 1970: the smaller goes first, and of the same the
   * one that asked first; see {@link neverHad} and {@link beforeAll}
   * @throws what the signal was aborted with
   */
  ask(signal: AbortSignal, since: number): Promise<Turn> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const entry = {
        since,
        grant: (turn: Turn) => {
          signal.removeEventListener('abort', leave)
          resolve(turn)
        },
      }
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== entry)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      const after = this.#waiting.findIndex((other) => other.since > since)
      this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, entry)
      this.look()
    })
  }

  /** From now on nobody gets one, until what this returns is called: others may be about to ask that go first. */
  hold(): () => void {
    this.#holds++
    let held = true
    return () => {
      if (held) this.#holds--
      held = false
      this.look()
    }
  }

  /** A turn at once: of what works already. */
  take(): Turn {
    const turn: Turn = {
      stepAside: () => {
        if (this.#working.delete(turn)) this.look()
      },
      comeBack: () => {
        if (!ended) this.#working.add(turn)
      },
      end: () => {
        ended = true
        turn.stepAside()
      },
    }
    let ended = false
    this.#working.add(turn)
    return turn
  }

  /** Gives what can be given; also when the limit was changed. */
  look(): void {
    while (this.#holds === 0 && this.#working.size < this.#limit()) {
      const next = this.#waiting.shift()
      if (!next) return
      next.grant(this.take())
    }
  }
}
