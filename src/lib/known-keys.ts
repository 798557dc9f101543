import { z } from 'zod'

/** Any part of a JSON Schema that says something about keys. */
interface SchemaPart {
  properties?: Record<string, SchemaPart>
  additionalProperties?: SchemaPart | boolean
  items?: SchemaPart
  anyOf?: SchemaPart[]
  oneOf?: SchemaPart[]
  allOf?: SchemaPart[]
  const?: unknown
}

/**
 * The keys that a mapping may have.
 *
 * @param path where it stands in `value`
 * @param value the whole; where there are several forms, it says which is meant
 */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  // Schemas that cannot be described have no keys to propose.
  let parts = forms(
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as SchemaPart,
  )
  let inside = value
  for (const key of path) {
    inside = field(inside, key)
    parts = parts.flatMap((part) => insideOf(part, key)).flatMap(forms)
  }
  const fitting = parts.filter((part) => fits(part, inside))
  return [...new Set(fitting.flatMap(({ properties }) => Object.keys(properties ?? {})))]
}

function insideOf({ properties, additionalProperties, items }: SchemaPart, key: PropertyKey): SchemaPart[] {
  if (typeof key === 'number') return items === undefined ? [] : [items]
  const own = properties?.[String(key)]
  if (own !== undefined) return [own]
  return typeof additionalProperties === 'object' ? [additionalProperties] : []
}

function forms(part: SchemaPart): SchemaPart[] {
  const inner = [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])]
  return [part, ...inner.flatMap(forms)]
}

/** Whether a field with a single possible value, such as `type`, has it. */
function fits({ properties }: SchemaPart, value: unknown): boolean {
  return Object.entries(properties ?? {}).every(
    ([key, part]) => part.const === undefined || part.const === field(value, key),
  )
}

function field(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined
}
