/** Titles (OSC 0, 1, 2) and the bell. */

import { plainText } from '../../lib/plain-text.ts'
import type { Emulator } from './emulator.ts'
import type { Facts } from './facts.ts'

/** Longest title that is kept, in characters. */
const longestTitle = 1_024

export function followTitles(emulator: Emulator, facts: Facts, changed: () => void): void {
  const { terminal } = emulator
  // The emulator also restores saved titles; OSC 1 it keeps to itself.
  terminal.onTitleChange((title) => {
    facts.set('terminalWindowName', plainText(title, longestTitle) || null)
    changed()
  })
  for (const identifier of [0, 1]) {
    emulator.onOsc(identifier, (title) => {
      facts.set('terminalIconName', plainText(title, longestTitle) || null)
      changed()
      return false
    })
  }
  terminal.onBell(() => facts.set('bellCount', Number(facts.get('bellCount')) + 1))
}
