import { setTimeout as delay } from 'node:timers/promises'
import { OrchError } from '../../lib/errors.ts'
import type { Picture } from '../../terminal/terminal.ts'
import type { Keyboard, Look } from './keyboard.ts'

/** Between two looks at the screen: 25 looks a second, and only while something is being typed. */
export const lookMs = 40
/** A program that takes a key shows it within a few milliseconds, mostly: the first looks come sooner. */
const soonerMs = [10, 20]

/**
 * Looks until `test` gives a value, or the time is over (undefined). The first look comes at once.
 *
 * @param pauses in ms, between the first looks; the others are {@link lookMs} apart
 */
export async function lookUntil<T>(
  keyboard: Keyboard,
  forMs: number,
  test: (look: Look) => T | undefined,
  pauses = soonerMs,
): Promise<T | undefined> {
  const deadline = Date.now() + forMs
  for (let looks = 0; ; looks++) {
    const found = test(await keyboard.look())
    if (found !== undefined) return found
    if (Date.now() >= deadline) return undefined
    await delay(pauses[looks] ?? lookMs)
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
