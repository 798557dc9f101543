/** Looks into messages of which nothing is certain: what is not as expected is as good as absent. */
export type Json = Readonly<Record<string, unknown>>

export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

/** The object in a member; an empty one when there is none. */
export function inside(value: Json, name: string): Json {
  return asObject(own(value, name)) ?? {}
}

export function textOf(value: Json, name: string): string | undefined {
  const found = own(value, name)
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** Counts, sums and times: finite and not negative. */
export function numberOf(value: Json, name: string): number | undefined {
  const found = own(value, name)
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined
}

export function objectsOf(value: Json, name: string): Json[] {
  return listOf(value, name).flatMap((item): Json[] => {
    const found = asObject(item)
    return found ? [found] : []
  })
}

export function textsOf(value: Json, name: string): string[] {
  return listOf(value, name).filter((item) => typeof item === 'string')
}

function listOf(value: Json, name: string): unknown[] {
  const found = own(value, name)
  return Array.isArray(found) ? found : []
}

function own(value: Json, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}
