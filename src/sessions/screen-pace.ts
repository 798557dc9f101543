/**
 * When a change that the terminal told of is looked at. At once, except that an agent at work turns its
 * spinner ten times a second: then a look now and then is enough, and one when the spinner stops, which is
 * what a dialog does to it.
 */
import type { Clock } from '../lib/clock.ts'

/** Spinners turn every 80 to 100 ms; one that has not moved for so long has stopped. */
const stillMs = 115
/** Between two looks at an agent that works and prints. */
const busyMs = 250
/** Between two looks when the one before found nothing new but the spinner. */
const calmMs = 1_000

export class ScreenPace {
  readonly #clock: Clock
  readonly #atWork: () => boolean
  #toldAt = Number.NEGATIVE_INFINITY
  #lookedAt = Number.NEGATIVE_INFINITY
  #betweenMs = busyMs
  /** The look that is still to be taken. */
  #look: (() => void) | undefined
  #cancel: (() => void) | undefined

  /** @param atWork whether the last look found an agent at work, from which nothing is wanted */
  constructor(clock: Clock, atWork: () => boolean) {
    this.#clock = clock
    this.#atWork = atWork
  }

  /** Whether the terminal has told of no change for so long that the last look shows what stays. */
  get still(): boolean {
    return this.#clock.now() - this.#toldAt >= stillMs
  }

  /** The terminal told of a change: calls `look` now or soon; each change is followed by a look. */
  readonly changed = (look: () => void): void => {
    const now = this.#clock.now()
    const silent = now - this.#toldAt >= stillMs
    this.#toldAt = now
    this.#look = look
    if (silent || !this.#atWork() || now - this.#lookedAt >= this.#betweenMs) this.hurry()
    else this.#cancel ??= this.#clock.after(stillMs, this.#onTimer)
  }

  /** What the last look found: nothing new but a spinner and what is counted beside it, or more. */
  found(calm: boolean): void {
    this.#betweenMs = calm ? Math.min(this.#betweenMs * 2, calmMs) : busyMs
  }

  /** Takes the look that waits, if one does: something else says that there is something to see. */
  hurry(): void {
    const look = this.#look
    if (!look) return
    this.#look = undefined
    this.#lookedAt = this.#clock.now()
    look()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#look = undefined
  }

  /** One timer goes on while changes come, instead of a new one for each. */
  readonly #onTimer = (): void => {
    this.#cancel = undefined
    if (!this.#look) return
    const left = this.#toldAt + stillMs - this.#clock.now()
    if (left <= 0) this.hurry()
    else this.#cancel = this.#clock.after(left, this.#onTimer)
  }
}
