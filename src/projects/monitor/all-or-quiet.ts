import { afterAwake } from '../../lib/awake-time.ts'
import type { Clock } from '../../lib/clock.ts'

/** Resolves when all have, and at the latest when none more has for `quietMs`. */
export function allOrQuiet(all: readonly Promise<void>[], quietMs: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let left = all.length
    let cancel: () => void = () => {}
    const look = () => {
      cancel()
      if (left === 0) resolve()
      else cancel = afterAwake(clock, quietMs, resolve)
    }
    for (const one of all) {
      void one.then(() => {
        left--
        look()
      })
    }
    look()
  })
}
