/** Reads a YAML file against a schema; every mistake comes with its place, in words, with the fix where there is one. */
import { type Document, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { errorMessage } from './errors.ts'
import { knownKeys } from './known-keys.ts'
import { nearest } from './nearest-word.ts'
import { type Place, placeAt, placeOf } from './yaml-place.ts'

export interface YamlProblem extends Place {
  /** Path of the field, such as `tasks.audit.steps[0].run`; empty for the file as a whole. */
  field: string
  message: string
}

export interface ReadYaml<T> {
  /** Undefined when there is a problem. */
  value: T | undefined
  problems: YamlProblem[]
  placeOf(path: readonly PropertyKey[]): Place
}

/** An empty file is an empty mapping. */
export function readYaml<S extends z.ZodType>(text: string, schema: S): ReadYaml<z.output<S>> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const place = (path: readonly PropertyKey[]) => placeOf(document, path, lines)
  const failed = (problems: YamlProblem[]) => ({ value: undefined, problems, placeOf: place })
  if (document.errors.length > 0) {
    return failed(
      document.errors.map(({ message, pos }) => ({
        ...placeAt(lines, pos[0]),
        field: '',
        message: message.split(/ at line \d|\n/u, 1)[0] ?? message,
      })),
    )
  }
  const { value, failure } = contentOf(document)
  if (failure !== undefined) return failed([{ ...place([]), field: '', message: failure }])
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return { value: parsed.data, problems: [], placeOf: place }
  return failed(
    explained(parsed.error, value, schema)
      .map(({ path, message }) => ({ ...place(path), field: z.core.toDotPath(path), message }))
      .sort((a, b) => a.line - b.line || a.column - b.column),
  )
}

/** The first thing that is wrong with a value that was read already, and where, in the same words. */
export function firstProblem(value: unknown, schema: z.ZodType, error: z.ZodError): string {
  const [{ path, message } = { path: [], message: 'is not as expected' }] = explained(error, value, schema)
  return [z.core.toDotPath(path), message].filter((text) => text !== '').join(': ')
}

/** As compilers say it, so that editors and terminals find the place. */
export function yamlProblemText(path: string, { line, column, field, message }: YamlProblem): string {
  return [`${path}:${line}:${column}`, field, message].filter((text) => text !== '').join(': ')
}

/** Aliases of aliases are how a small file becomes a large value; the library counts them. */
function contentOf(document: Document): { value?: unknown; failure?: string } {
  try {
    return { value: document.toJS() }
  } catch (error) {
    return { failure: errorMessage(error) }
  }
}

/** Marks what is wrong with a mapping as a whole, in a schema's refinement. */
export const ofWhole = { ofWhole: true }

/** Where a key is misspelt, what the whole mapping is said to lack is mostly what was meant by it. */
function causes(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const misspelt = issues.flatMap(({ code, path }) =>
    code === 'unrecognized_keys' ? [z.core.toDotPath(path)] : [],
  )
  const isConsequence = (issue: z.core.$ZodIssue) =>
    issue.code === 'custom' &&
    issue.params?.['ofWhole'] === true &&
    misspelt.some((mapping) => z.core.toDotPath(issue.path).startsWith(mapping))
  return issues.filter((issue) => !isConsequence(issue))
}

function explained({ issues }: z.ZodError, value: unknown, schema: z.ZodType): Explained[] {
  return causes(issues).flatMap((issue) => explain(issue, value, schema))
}

interface Explained {
  path: readonly PropertyKey[]
  message: string
}

function explain(issue: z.core.$ZodIssue, whole: unknown, schema: z.ZodType): Explained[] {
  const { path } = issue
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: unknownKey(key, knownKeys(schema, path, whole)),
      }))
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? issue.message }]
    case 'invalid_type':
      return [{ path, message: wrongType(issue, valueAt(whole, path)) }]
    case 'invalid_value': {
      const values = issue.values.map(String)
      const near = nearest(String(valueAt(whole, path)), values)
      return [
        { path, message: `must be ${listed(values)}${near === undefined ? '' : `; did you mean ${near}?`}` },
      ]
    }
    case 'invalid_union': {
      // Of the forms that a value may have, the one that came furthest says best what is wrong.
      const inner = issue.errors
        .flat()
        .find((each) => each.path.length > 0 || each.code === 'unrecognized_keys')
      if (inner === undefined) return [{ path, message: issue.message }]
      return explain({ ...inner, path: [...path, ...inner.path] }, whole, schema)
    }
    default:
      return [{ path, message: issue.message }]
  }
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known)
  if (near !== undefined) return `is no key here; did you mean "${near}"?`
  return known.length === 0 ? 'is no key here' : `is no key here; there are ${known.join(', ')}`
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

function wrongType({ expected, message }: z.core.$ZodIssueInvalidType, value: unknown): string {
  // A schema with words of its own knows better.
  if (!message.startsWith('Invalid input')) return message
  if (value === undefined) return 'is missing'
  const wanted = `must be ${typeNames[expected] ?? expected}`
  if (value === null) return `${wanted}, and nothing stands there`
  const found = Array.isArray(value) ? 'a list' : (typeNames[typeof value] ?? typeof value)
  const fix = expected === 'string' && typeof value !== 'object' ? '; put it in quotes' : ''
  return `${wanted}, and is ${typeof value === 'boolean' ? String(value) : found}${fix}`
}

function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      typeof inside === 'object' && inside !== null
        ? (inside as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  )
}
