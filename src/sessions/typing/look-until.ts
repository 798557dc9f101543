import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../../lib/errors.ts'
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

/**
 * What comes behind the key that a program was waiting for: whoever owns its session may close it as soon as the
 * program has ended, before the proof was seen. Then there is nothing left to look at, and nothing waits any more.
 *
 * @param closed what to say instead when the session is closed meanwhile
 */
export async function unlessClosed<T>(looking: Promise<T>, closed: T): Promise<T> {
  try {
    return await looking
  } catch (error) {
    if (error instanceof OrchError && error.code === 'session-gone') return closed
    throw error
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
