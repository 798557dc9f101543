/** Presses keys by name: one key, then a look. */
import { setTimeout as delay } from 'node:timers/promises'
import { bytesOfKey } from '../keys.ts'
import { assertRightProgram } from './front.ts'
import type { Keyboard, Look, TypingResult } from './keyboard.ts'
import { faceOf, lookUntil, unlessClosed } from './look-until.ts'
import { promptChanged, unconfirmed } from './typing-errors.ts'

/** A program that took a key shows something within this. */
const confirmMs = 3_000

/**
 * Presses the keys in order, each when the screen has shown the one before. They are meant for what is in
 * front now: when another prompt comes up in between, the rest is not pressed.
 *
 * @param fresh how long to wait until a dialog that just came up takes keys
 * @throws {OrchError} `usage` for an unknown name, `prompt-changed`, `submit-unconfirmed`, `wrong-program`.
 */
export async function pressKeys(
  keyboard: Keyboard,
  names: readonly string[],
  fresh: (look: Look) => number,
): Promise<TypingResult> {
  const keys = names.map((name) => ({ name, bytes: bytesOfKey(name) }))
  const facts = await keyboard.facts()
  assertRightProgram(keyboard.profile, facts)
  let evidence = 'there was no key to press'
  let first: string | undefined
  for (const [index, { name, bytes }] of keys.entries()) {
    const before = await settledLook(keyboard, fresh)
    const { prompt } = before.reading
    if (index === 0) first = prompt?.fingerprint
    else if (prompt && prompt.fingerprint !== first) throw promptChanged(first, prompt, true)
    await keyboard.send(facts.applicationCursor ? applicationForm(bytes) : bytes)
    const looking = lookUntil(keyboard, confirmMs, (look) => whatChanged(before, look))
    const change = await unlessClosed(looking, 'its session was closed')
    if (change === undefined) {
      const what = `after ${name} the screen did not change within ${confirmMs} ms`
      throw unconfirmed(what, await keyboard.look(), { pressed: names.slice(0, index + 1) })
    }
    if (bytes === '\u001b') await delay(keyboard.profile.prompts.afterEscapeMs)
    evidence = `after ${name} ${change}`
  }
  return { confirmed: true, evidence }
}

/** Cursor keys as a program wants them that has asked for application cursor keys (DECCKM). */
export function applicationForm(bytes: string): string {
  return bytes.replace(/^\u001b\[([ABCDHF])$/u, '\u001bO$1')
}

async function settledLook(keyboard: Keyboard, fresh: (look: Look) => number): Promise<Look> {
  for (;;) {
    const look = await keyboard.look()
    const wait = fresh(look)
    if (wait <= 0) return look
    await delay(wait)
  }
}

function whatChanged(before: Look, now: Look): string | undefined {
  if (before.reading.prompt && before.reading.prompt.fingerprint !== now.reading.prompt?.fingerprint) {
    return 'the dialog went away'
  }
  return faceOf(before.picture) === faceOf(now.picture) ? undefined : 'the screen changed'
}
