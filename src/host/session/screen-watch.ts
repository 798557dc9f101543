/** Tells that the screen changed: at once, then at most 60 times a second, and always the last change. */
import type { Emulator } from './emulator.ts'
import { Throttle } from './throttle.ts'

const intervalMs = 1_000 / 60

/**
 * A program that draws a frame (mode 2026, synchronized output) is not shown half-way; one that never ends
 * its frame is shown after this time, as other terminals do.
 */
const longestFrameMs = 1_000

export class ScreenWatch {
  readonly #emulator: Emulator
  readonly #changed: () => void
  readonly #throttle: Throttle
  #last: [number, number]
  #frame: 'none' | 'drawing' | 'overdue' = 'none'
  #frameEnd: NodeJS.Timeout | undefined

  constructor(emulator: Emulator, changed: () => void) {
    this.#emulator = emulator
    this.#changed = changed
    this.#last = emulator.digest()
    this.#throttle = new Throttle(intervalMs, () => this.#look())
  }

  /** After anything was parsed or resized. */
  look(): void {
    this.#throttle.request()
  }

  stop(): void {
    this.#throttle.stop()
    clearTimeout(this.#frameEnd)
  }

  /** True when something changed and was told. */
  #look(): boolean {
    if (this.#inFrame()) return false
    const digest = this.#emulator.digest()
    if (digest[0] === this.#last[0] && digest[1] === this.#last[1]) return false
    this.#last = digest
    this.#changed()
    return true
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
