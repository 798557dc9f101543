/** Reads agent profiles: those that are shipped, and a person's own, which change them or add to them. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isMap, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { errorMessage, systemErrorCode } from '../lib/errors.ts'
import { placeOf } from '../lib/yaml-place.ts'
import { type CompiledProfile, compileProfile, patternsOf } from './compiled-profile.ts'
import { AgentProfile } from './profile-schema.ts'

/** What is wrong with a profile of a user, for people. */
export interface ProfileProblem {
  file: string
  /** From 1; undefined when the whole file cannot be read. */
  line: number | undefined
  /** Path of the field, such as `prompts.guardMs`. */
  field: string
  message: string
}

export interface LoadedProfiles {
  /** By name. */
  profiles: ReadonlyMap<string, CompiledProfile>
  /** Files with a problem; the agent stays as it is without them. */
  problems: readonly ProfileProblem[]
}

const shippedDirectory = new URL('./profiles/', import.meta.url)

/**
 * The shipped profiles with those of `directory` over them. A file of the name of a known agent changes the
 * fields that it has; with `replace: true` it stands alone. A directory that is not there is empty.
 *
 * @param onDisabled told of a user's pattern that took too long and was switched off
 */
export function loadProfiles(
  directory: string,
  onDisabled?: (agent: string, pattern: string) => void,
): LoadedProfiles {
  const shipped = shippedProfiles()
  const known = new Set([...shipped.values()].flatMap(patternsOf))
  const problems: ProfileProblem[] = []
  const all = new Map(shipped)
  for (const path of yamlFiles(directory, problems)) {
    const profile = readProfile(path, shipped, problems)
    if (profile) all.set(profile.name, profile)
  }
  const compile = (profile: AgentProfile) =>
    compileProfile(profile, { known, onDisabled: (pattern) => onDisabled?.(profile.name, pattern) })
  return { profiles: new Map([...all].map(([name, profile]) => [name, compile(profile)])), problems }
}

let shippedOnce: ReadonlyMap<string, AgentProfile> | undefined

/** The profiles that come with this program, by name. */
export function shippedProfiles(): ReadonlyMap<string, AgentProfile> {
  shippedOnce ??= new Map(
    readdirSync(shippedDirectory)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => {
        const text = readFileSync(new URL(name, shippedDirectory), 'utf8')
        const profile = AgentProfile.parse(parseDocument(text).toJS())
        return [profile.name, profile]
      }),
  )
  return shippedOnce
}

function yamlFiles(directory: string, problems: ProfileProblem[]): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^[^.].*\.ya?ml$/u.test(name))
      .sort()
      .map((name) => join(directory, name))
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') {
      problems.push({ file: directory, line: undefined, field: '', message: errorMessage(error) })
    }
    return []
  }
}

function readProfile(
  path: string,
  shipped: ReadonlyMap<string, AgentProfile>,
  problems: ProfileProblem[],
): AgentProfile | undefined {
  const problem = (message: string, line?: number, field = '') => {
    problems.push({ file: path, line, field, message })
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    problem(errorMessage(error))
    return undefined
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [broken] = document.errors
  if (broken) {
    problem(broken.message.split('\n', 1)[0] ?? '', lines.linePos(broken.pos[0]).line)
    return undefined
  }
  if (!isMap(document.contents)) {
    problem('is no mapping of fields', 1)
    return undefined
  }
  const { replace, ...own } = document.toJS() as Record<string, unknown>
  if (replace !== undefined && typeof replace !== 'boolean') {
    problem('must be true or false', placeOf(document, ['replace'], lines).line, 'replace')
    return undefined
  }
  const name = typeof own['name'] === 'string' ? own['name'] : basename(path).replace(/\.ya?ml$/u, '')
  const base = replace ? undefined : shipped.get(name)
  const given = { title: name, name, ...own }
  const parsed = AgentProfile.safeParse(base ? merge(base, { ...own, name }) : given)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
    problem(issue.message, placeOf(document, path, lines).line, z.core.toDotPath(path))
  }
  return undefined
}

/** Fields of `over` go before those of `base`; lists and texts are replaced, mappings are merged. */
function merge(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(over)) {
    merged[key] = Object.hasOwn(base, key) ? merge(base[key], value) : value
  }
  return merged
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
