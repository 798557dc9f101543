/**
 * Tells that the screen changed: at once, then at most 60 times a second, and always the last change. What only
 * turns in its place, such as a spinner, is told of now and then.
 */
import type { Emulator } from './emulator.ts'
import { RestlessRows, restMs } from './restless-rows.ts'
import { Throttle } from './throttle.ts'

const intervalMs = 1_000 / 60

/** Between two words of what only turns in its place. */
const restlessIntervalMs = 2_000

/** So long after something was typed every change counts: the echo in an input box looks like a spinner. */
const typedMs = 2_000

/**
 * A program that draws a frame (mode 2026, synchronized output) is not shown half-way; one that never ends
 * its frame is shown after this time, as other terminals do.
 */
const longestFrameMs = 1_000

export class ScreenWatch {
  readonly #emulator: Emulator
  readonly #changed: () => void
  readonly #throttle: Throttle
  readonly #restless = new RestlessRows()
  #frame: 'none' | 'drawing' | 'overdue' = 'none'
  #frameEnd: NodeJS.Timeout | undefined
  #toldAt = Number.NEGATIVE_INFINITY
  #changedAt = Number.NEGATIVE_INFINITY
  #typedAt = Number.NEGATIVE_INFINITY
  /** Runs while a change was not told. */
  #held: NodeJS.Timeout | undefined

  constructor(emulator: Emulator, changed: () => void) {
    this.#emulator = emulator
    this.#changed = changed
    emulator.takeChange()
    this.#throttle = new Throttle(intervalMs, () => this.#look())
  }

  /** After anything was parsed or resized. */
  look(): void {
    this.#throttle.request()
  }

  /** Something was typed into the session. */
  typed(): void {
    this.#typedAt = performance.now()
  }

  stop(): void {
    this.#throttle.stop()
    clearTimeout(this.#frameEnd)
    clearTimeout(this.#held)
  }

  /** True when something changed and was told. */
  #look(): boolean {
    if (this.#inFrame()) return false
    const change = this.#emulator.takeChange()
    if (!change) return false
    const now = performance.now()
    this.#changedAt = now
    const restless = this.#restless.note(change, now)
    if (restless && now - this.#typedAt >= typedMs && now - this.#toldAt < restlessIntervalMs) {
      this.#held ??= setTimeout(this.#tellHeld, restMs)
      return false
    }
    this.#tell(now)
    return true
  }

  /** What was held is told when it has come to rest, or when its time has come. */
  readonly #tellHeld = (): void => {
    const now = performance.now()
    const due = Math.min(this.#changedAt + restMs, this.#toldAt + restlessIntervalMs)
    if (now >= due) this.#tell(now)
    else this.#held = setTimeout(this.#tellHeld, due - now)
  }

  #tell(now: number): void {
    clearTimeout(this.#held)
    this.#held = undefined
    this.#toldAt = now
    this.#changed()
  }

  #inFrame(): boolean {
    if (!this.#emulator.terminal.modes.synchronizedOutputMode) {
      clearTimeout(this.#frameEnd)
      this.#frame = 'none'
      return false
    }
    if (this.#frame === 'none') {
      this.#frame = 'drawing'
      this.#frameEnd = setTimeout(() => {
        this.#frame = 'overdue'
        this.look()
      }, longestFrameMs)
    }
    return this.#frame === 'drawing'
  }
}
