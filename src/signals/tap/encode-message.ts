/** Writes messages to the client. Without zod, which would double the time that a tap takes to start. */
import type { TapFact, TapMessage } from '../tap-message.ts'

/** Below the 4 KiB that a payload may have: base64 makes 4 bytes of 3. */
const longestJson = 3_000

/** Texts of a fact are halved at most so often to make it fit; after that they are empty. */
const maxHalvings = 12

/**
 * The sequence that carries a fact: `OSC 1337 ; Custom=id=<identity>:<base64 of JSON> BEL`. Long texts are cut.
 *
 * @param number of the message, from 1
 */
export function encodeMessage(identity: string, number: number, fact: TapFact): string {
  let json = toJson(number, fact)
  for (let share = 1; Buffer.byteLength(json) > longestJson && share <= maxHalvings; share++) {
    json = toJson(number, fact, Math.floor(longestJson / 2 ** share))
  }
  return `\x1b]1337;Custom=id=${identity}:${Buffer.from(json).toString('base64')}\x07`
}

function toJson(number: number, fact: TapFact, longestText = Number.POSITIVE_INFINITY): string {
  const message: TapMessage = { v: 1, n: number, fact }
  return JSON.stringify(message, (_key, value: unknown) =>
    typeof value === 'string' && value.length > longestText ? cut(value, longestText) : value,
  )
}

/** The beginning of a text; never half of a surrogate pair. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
