/** Knows since when the prompt in front has been there: a fresh dialog ignores keys, or takes them for another. */
import type { Look } from './keyboard.ts'

export class PromptClock {
  #fingerprint: string | undefined
  #since = 0

  /** Told of every prompt that is read, by whoever reads the screen. */
  saw(fingerprint: string | undefined, at: number): void {
    if (fingerprint === this.#fingerprint) return
    this.#fingerprint = fingerprint
    this.#since = at
  }

  /** How many ms are left until the prompt of this look takes keys; 0 without one. */
  remaining({ reading, at }: Look, guardMs: number): number {
    this.saw(reading.prompt?.fingerprint, at)
    return reading.prompt ? Math.max(0, this.#since + guardMs - at) : 0
  }
}
