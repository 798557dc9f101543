/** Runs an action at most once in an interval: at once when it was quiet, and once more after a burst. */
export class Throttle {
  #timer: NodeJS.Timeout | undefined
  #wanted = false
  readonly #intervalMs: number
  readonly #action: () => boolean

  /** The action says whether it did anything; only then the interval begins. */
  constructor(intervalMs: number, action: () => boolean) {
    this.#intervalMs = intervalMs
    this.#action = action
  }

  request(): void {
    if (this.#timer) this.#wanted = true
    else if (this.#action()) this.#rest()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#wanted = false
  }

  #rest(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#wanted) return
      this.#wanted = false
      this.request()
    }, this.#intervalMs)
  }
}
