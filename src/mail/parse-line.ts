/** Makes messages of a line, or says what is wrong with it. */
import type { Message } from './message.ts'
import { messageOf } from './message-of.ts'
import type { Line } from './read-lines.ts'

/**
 * `torn`: no JSON, as a writer that was stopped leaves it; `huge`: longer than is looked at; `not-utf8`;
 * `not-a-message`: JSON that says neither who nor what.
 */
export type DamageKind = 'torn' | 'huge' | 'not-utf8' | 'not-a-message'

/** A line, or the beginning of one, that could not be read. */
export interface Damage {
  kind: DamageKind
  /** In bytes, of the line in its file. */
  offset: number
  length: number
}

export interface ParsedLine {
  messages: Message[]
  damage?: Damage
}

/** Most places of a torn line where the record of the next writer is looked for. */
const maxJoints = 50

export function parseLine(line: Line): ParsedLine {
  const damaged = (kind: DamageKind): Damage => ({
    kind,
    offset: line.offset,
    length: line.end - line.offset,
  })
  if (line.bytes === undefined) return { messages: [], damage: damaged('huge') }
  const bytes = withoutNul(line.bytes)
  const text = decode(bytes)
  if (text === undefined) {
    // A torn line may end in the middle of a character, with a whole record behind it.
    const messages = recordsIn(bytes.toString('utf8'), line.offset)
    return { messages, damage: damaged(messages.length > 0 ? 'torn' : 'not-utf8') }
  }
  if (text.trim() === '') return { messages: [] }
  const value = parseJson(text)
  if (value === undefined) return { messages: recordsIn(text, line.offset), damage: damaged('torn') }
  const message = messageOf(value, text, line.offset)
  return message ? { messages: [message] } : { messages: [], damage: damaged('not-a-message') }
}

/** Blocks of NUL are what a crashed system leaves at the end of a file that others then append to. */
function withoutNul(bytes: Buffer): Buffer {
  let start = 0
  while (start < bytes.length && bytes[start] === 0) start += 1
  return bytes.subarray(start)
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Whole records in a line that is not one: `{"id":"a","te{"id":"b",…}` and `{…}{…}`. */
function recordsIn(text: string, offset: number): Message[] {
  const joints: number[] = []
  for (let at = text.indexOf('{"'); at >= 0 && joints.length < maxJoints; at = text.indexOf('{"', at + 1)) {
    joints.push(at)
  }
  const found: Message[] = []
  let end = text.length
  for (const joint of joints.reverse()) {
    const piece = text.slice(joint, end)
    const value = parseJson(piece)
    const message =
      value === undefined
        ? undefined
        : messageOf(value, piece, offset + Buffer.byteLength(text.slice(0, joint)))
    // Something inside of a torn record may look like one, but has no time.
    if (!message || message.ts === '') continue
    found.unshift(message)
    end = joint
  }
  return found
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
