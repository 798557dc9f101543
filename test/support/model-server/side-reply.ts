/** Answers requests beside the conversation: titles as text, classifications as the JSON that they want. */
import type { Json, Reply } from './dialect.ts'

/** An agent whose question gets something else than its schema asks again, for minutes (Gemini's router). */
export function sideReply(body: Json): Reply {
  const schema = wantedSchema(body)
  return { text: schema ? JSON.stringify(smallestOf(schema)) : 'A title' }
}

/** Where each API has the schema of the answer: Anthropic, Responses, Chat, Gemini. */
const schemaPaths = [
  ['output_config', 'format', 'schema'],
  ['text', 'format', 'schema'],
  ['response_format', 'json_schema', 'schema'],
  ['generationConfig', 'responseJsonSchema'],
  ['generationConfig', 'responseSchema'],
]

function wantedSchema(body: Json): Json | undefined {
  for (const path of schemaPaths) {
    const found = path.reduce<unknown>((value, key) => asObject(value)?.[key], body)
    if (asObject(found)) return asObject(found)
  }
  return undefined
}

/** A value that the schema allows; Gemini writes types in capitals. */
function smallestOf(schema: Json): unknown {
  const [choice] = Array.isArray(schema['enum']) ? schema['enum'] : []
  if (choice !== undefined) return choice
  switch (String(schema['type']).toLowerCase()) {
    case 'object': {
      const properties = Object.entries(asObject(schema['properties']) ?? {})
      return Object.fromEntries(properties.map(([name, value]) => [name, smallestOf(asObject(value) ?? {})]))
    }
    case 'array':
      return []
    case 'boolean':
      return false
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1)
    default:
      return 'A title'
  }
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}
