/** JSON as the API writes and reads it in its `json_*` fields. */
import type { VariableValue } from '../session-types.ts'

/** Deepest nesting that is taken, far below what `JSON.stringify` can write again. */
const maxDepth = 100

/** A top-level boolean is written as 1 or 0; within lists and objects it stays `true` or `false`. */
export function encodeJson(value: VariableValue | undefined): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  return JSON.stringify(value ?? null)
}

/** The value of a JSON text, fragments included; undefined when it is not JSON or nests too deeply. */
export function decodeJson(text: string | undefined): VariableValue | undefined {
  if (text === undefined) return undefined
  try {
    const value: VariableValue = JSON.parse(text)
    return isShallow(value, maxDepth) ? value : undefined
  } catch {
    return undefined
  }
}

function isShallow(value: VariableValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((member) => isShallow(member, depth - 1))
}
