/** Reads the JSON texts of replies, with the terminal's own habits evened out. */
import { Iterm2Error } from './errors.ts'
import type { JsonValue } from './json.ts'

/**
 * Parses the JSON text of a reply. Absent and empty mean null: the terminal leaves a result out where it
 * has none.
 * @throws {Iterm2Error} `malformed-reply` when it is not JSON.
 */
export function parseJson(text: string | undefined): JsonValue {
  if (text === undefined || text === '') return null
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw malformed(`not JSON: ${text.slice(0, 80)}`, cause)
  }
}

/** A boolean, which the terminal writes as 1 or 0 at the top level; false for null. */
export function toBoolean(value: JsonValue): boolean {
  if (typeof value === 'boolean') return value
  if (value === null || value === 0 || value === '0' || value === 'false') return false
  if (value === 1 || value === '1' || value === 'true') return true
  throw malformed(`expected a boolean, got ${JSON.stringify(value).slice(0, 80)}`)
}

/** A string, or null. */
export function toText(value: JsonValue): string | null {
  if (value === null || typeof value === 'string') return value
  throw malformed(`expected a string, got ${JSON.stringify(value).slice(0, 80)}`)
}

/** The strings of a list; empty for null. */
export function toTexts(value: JsonValue | undefined): string[] {
  if (value === null || value === undefined) return []
  if (!isList(value)) throw malformed('expected a list')
  return value.map((item) => {
    if (typeof item !== 'string') throw malformed('expected a list of strings')
    return item
  })
}

/** The number under `key` of an object. */
export function numberAt(value: JsonValue | undefined, key: string): number {
  const member = memberOf(value, key)
  if (typeof member === 'number') return member
  throw malformed(`expected a number under "${key}"`)
}

/** What stands under `key` of an object; undefined when it is none or has none. */
export function memberOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (value === null || typeof value !== 'object' || isList(value)) return undefined
  return Object.hasOwn(value, key) ? value[key] : undefined
}

export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function malformed(what: string, cause?: unknown): Iterm2Error {
  const message = `The terminal sent a value that makes no sense here: ${what}`
  return new Iterm2Error('malformed-reply', message, { cause })
}
