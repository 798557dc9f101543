import { setTimeout as delay } from 'node:timers/promises'
import type { Picture } from '../../terminal/terminal.ts'
import type { Keyboard, Look } from './keyboard.ts'

/** Between two looks at the screen; 25 looks a second at most, and only while something is being typed. */
const lookMs = 40

/** Looks until `test` gives a value, or the time is over (undefined). The first look comes at once. */
export async function lookUntil<T>(
  keyboard: Keyboard,
  forMs: number,
  test: (look: Look) => T | undefined,
): Promise<T | undefined> {
  const deadline = Date.now() + forMs
  for (;;) {
    const found = test(await keyboard.look())
    if (found !== undefined) return found
    if (Date.now() >= deadline) return undefined
    await delay(lookMs)
  }
}

/** True once the value has not changed for `restMs`. */
export class Rest {
  #value: string | undefined
  #since = 0

  /** How long the value has been the same, in ms. */
  of(value: string, at: number): number {
    if (value !== this.#value) {
      this.#value = value
      this.#since = at
    }
    return at - this.#since
  }
}

/** The text of a picture with its cursor: equal when nothing has changed. */
export function faceOf({ first, lines, cursor }: Picture): string {
  return `${first} ${cursor.x} ${cursor.y}\n${lines.map(({ text }) => text).join('\n')}`
}
