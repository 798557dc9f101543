/** When a text may be typed. */
import { z } from 'zod'
import type { AgentProfile } from '../../agents/profile-schema.ts'
import { OrchError } from '../../lib/errors.ts'
import type { Keyboard } from './keyboard.ts'
import { dialogInFront, draftInBox, noInputBox } from './typing-errors.ts'

/**
 * `now`: while the input box is in front, also during work; a dialog is a reason to fail at once.
 * `next-prompt`: as soon as the input box is in front, dialogs are waited for. `idle`: when it rests, too.
 */
export const When = z.enum(['now', 'idle', 'next-prompt'])
export type When = z.infer<typeof When>

export interface Hindrance {
  /** Whether waiting may help. */
  waits: boolean
  reason: string
  error: OrchError
}

/** What an agent's profile says is safe: text that is queued or steers may come now. */
export function whenSafe(whileBusy: AgentProfile['whileBusy']): When {
  return whileBusy === 'wait' ? 'idle' : 'now'
}

/** What stands against typing a text in this moment; undefined: nothing. */
export async function hindrance(
  keyboard: Keyboard,
  when: When,
  force: boolean,
): Promise<Hindrance | undefined> {
  const { profile } = keyboard
  // Of a program that reads lines nobody can tell whether it rests; what it asks, it wants to be told.
  if (profile.inputBox === undefined) return undefined
  const look = await keyboard.look()
  const { prompt, inputBox, state } = look.reading
  if (prompt) {
    const reason = `a dialog is in front: ${prompt.question || prompt.kind}`
    return { waits: when !== 'now', reason, error: dialogInFront(prompt, false) }
  }
  if (force) return undefined
  if (!inputBox) {
    // A screen that is just being painted anew has no box for a moment.
    const reason = `the input box of ${profile.title} is not in front`
    return { waits: true, reason, error: noInputBox(look, profile.title) }
  }
  if (inputBox.draft !== '') {
    const reason = 'somebody’s draft stands in the input box'
    return { waits: true, reason, error: draftInBox(inputBox.draft, false) }
  }
  if (when !== 'idle' || state === 'idle' || state === 'errored' || state === 'limited') return undefined
  const error = new OrchError(
    'busy',
    `${profile.title} does not rest (${look.reading.reason}). Nothing was typed.`,
    {
      hint: '--when now types while it works, if it takes text then.',
      details: { state, typed: false },
    },
  )
  return { waits: true, reason: `${profile.title} is busy`, error }
}
