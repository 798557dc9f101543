/** Where in a YAML file something stands, for errors that a person can follow. */
import type { Document, LineCounter } from 'yaml'

export interface Place {
  /** From 1. */
  line: number
  /** From 1. */
  column: number
}

/** The place of a field, or of the nearest mapping around it that is in the file. */
export function placeOf(document: Document, path: readonly PropertyKey[], lines: LineCounter): Place {
  for (let length = path.length; length > 0; length--) {
    const start = startOf(document, path.slice(0, length))
    if (start !== undefined) return placeAt(lines, start)
  }
  return { line: 1, column: 1 }
}

export function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

/** Of a field in a mapping its key: that is what people look for. */
function startOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (hasItems(parent)) {
    for (const item of parent.items) {
      const key = hasKey(item) ? item.key : undefined
      if (isScalar(key) && String(key.value) === String(path.at(-1))) return key.range?.[0]
    }
  }
  const node: unknown = document.getIn(path, true)
  return isScalar(node) ? node.range?.[0] : undefined
}

function hasItems(value: unknown): value is { items: unknown[] } {
  return typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items)
}

function hasKey(value: unknown): value is { key: unknown } {
  return typeof value === 'object' && value !== null && 'key' in value
}

function isScalar(value: unknown): value is { value?: unknown; range?: readonly number[] | null } {
  return typeof value === 'object' && value !== null && 'range' in value
}
