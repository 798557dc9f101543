/** A keyboard that says what it is about to send, where that may turn out to have been the last thing it did. */
import type { Keyboard } from './keyboard.ts'

/** Told of the first bytes, and of the first Enter behind them. Nothing is sent when it throws. */
export type Typing = (bytes: string) => void

export const enterKey = '\r'

export function announcing(keyboard: Keyboard, typing: Typing | undefined): Keyboard {
  if (!typing) return keyboard
  let began = false
  let entered = false
  return {
    get profile() {
      return keyboard.profile
    },
    facts: () => keyboard.facts(),
    look: () => keyboard.look(),
    ended: () => keyboard.ended(),
    reportedWork: () => keyboard.reportedWork(),
    async send(bytes) {
      const enters = bytes === enterKey
      if (!began || (enters && !entered)) typing(bytes)
      began = true
      entered ||= enters
      return keyboard.send(bytes)
    },
  }
}
