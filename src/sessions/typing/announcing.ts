/** A keyboard that says so before the first byte is on its way. */
import type { Keyboard } from './keyboard.ts'

/** @param typing nothing is sent when it throws */
export function announcing(keyboard: Keyboard, typing: (() => void) | undefined): Keyboard {
  if (!typing) return keyboard
  let announced = false
  return {
    get profile() {
      return keyboard.profile
    },
    facts: () => keyboard.facts(),
    look: () => keyboard.look(),
    ended: () => keyboard.ended(),
    reportedWork: () => keyboard.reportedWork(),
    async send(bytes) {
      if (!announced) typing()
      announced = true
      return keyboard.send(bytes)
    },
  }
}
