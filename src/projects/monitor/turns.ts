/** How many projects work at once. Who waits longest is next, so that all of them come in turn. */

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
  #waiting: { grant(turn: Turn): void }[] = []

  constructor(limit: () => number) {
    this.#limit = limit
  }

  /**
   * Waits for a turn.
   *
   * @param first whether it goes before all that wait
   * @throws what the signal was aborted with
   */
  ask(signal: AbortSignal, first = false): Promise<Turn> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const entry = {
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
      if (first) this.#waiting.unshift(entry)
      else this.#waiting.push(entry)
      this.look()
    })
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
    while (this.#working.size < this.#limit()) {
      const next = this.#waiting.shift()
      if (!next) return
      next.grant(this.take())
    }
  }
}
