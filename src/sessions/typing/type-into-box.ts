/** Types into an input box and waits until the text stands there, at rest. */
import type { Keyboard } from './keyboard.ts'
import { lookUntil, Rest } from './look-until.ts'
import { dialogInFront, draftInBox, unconfirmed } from './typing-errors.ts'

/** The text appears within this; long ones take a second more for every 50,000 characters. */
const appearMs = 3_000
const charactersPerMs = 50
/**
 * Enter right behind a paste is taken for a part of it: Ink programs read bursts of 25 ms, Codex takes
 * Enter for a newline for 120 ms after one, Gemini needs 50 ms, and 200 ms after 5,000 characters.
 */
const leastMs = 125
const leastLongMs = 300
const longText = 1_000

/**
 * @param isOurs whether a draft is the text that was typed
 * @throws {OrchError} `not-accepting-input`, `draft-in-box`, `submit-unconfirmed`; Enter was not pressed then.
 */
export async function typeIntoBox(
  keyboard: Keyboard,
  text: string,
  bytes: string,
  isOurs: (draft: string) => boolean,
): Promise<void> {
  const { settleMs, minimumMs } = keyboard.profile.submit
  const least = Math.max(minimumMs, text.length > longText ? leastLongMs : leastMs)
  const typedAt = Date.now()
  await keyboard.send(bytes)
  const rest = new Rest()
  const limit = least + settleMs + appearMs + text.length / charactersPerMs
  const settled = await lookUntil(keyboard, limit, ({ reading, at }) => {
    if (reading.prompt) throw dialogInFront(reading.prompt, true)
    const draft = reading.inputBox?.draft ?? ''
    const still = rest.of(draft, at)
    return isOurs(draft) && still >= settleMs && at - typedAt >= least ? true : undefined
  })
  if (settled) return
  const look = await keyboard.look()
  const draft = look.reading.inputBox?.draft
  if (draft) throw draftInBox(draft, true)
  throw unconfirmed('the text did not appear in the input box; Enter was not pressed', look, { typed: true })
}
