/**
 * What an agent gives to its hook, made small and free of secrets before it goes anywhere. Part of the
 * program that agents wait for: it loads nothing but `redact`.
 */
import { redact } from '../../lib/redact.ts'

export type Payload = Record<string, unknown>

/** Longest texts that are kept, in characters: a command or a question is shorter, a pasted file is cut. */
const longestText = 4_000
const maxDepth = 8
const maxItems = 50

/** Big, and nothing in them tells a state: results of tools, whole conversations. */
const unwanted = new Set([
  'tool_response',
  'tool_output',
  'llm_request',
  'llm_response',
  'input-messages',
  'permission_suggestions',
])
const secretName = /pass(?:word|wd|phrase)|secret|token|api[-_]?key|access[-_]?key|authorization|credential/i

/** Parses what was read; of a text that was cut off, the members that came whole. */
export function parsePayload(text: string): Payload | undefined {
  const parsed = parseObject(text) ?? parseObject(`${wholeMembers(text)}}`)
  return parsed && (tidy(parsed, 0) as Payload)
}

function parseObject(text: string): Payload | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Payload)
      : undefined
  } catch {
    return undefined
  }
}

/** The text of an object up to the last comma between its own members. */
function wholeMembers(text: string): string {
  let depth = 0
  let inString = false
  let end = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
    else if (character === ',' && depth === 1) end = at
  }
  return text.slice(0, end)
}

function tidy(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return tidyText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= maxDepth) return null
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => tidy(item, depth + 1))
  const members = Object.entries(value).filter(([name]) => !unwanted.has(name))
  return Object.fromEntries(
    members
      .slice(0, maxItems)
      .map(([name, member]) => [
        name,
        typeof member === 'string' && secretName.test(name) ? '[redacted]' : tidy(member, depth + 1),
      ]),
  )
}

/** Redacted before it is cut: half a secret is no longer recognised. */
function tidyText(text: string): string {
  const known = redact(text.slice(0, longestText * 4))
  return known.length > longestText ? `${known.slice(0, longestText)}…` : known
}
