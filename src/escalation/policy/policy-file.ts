/** Reads the rules of a person and of the projects around a directory, with the place of every mistake. */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { z } from 'zod'
import { errorMessage, systemErrorCode } from '../../lib/errors.ts'
import { nearest } from '../../lib/nearest-word.ts'
import type { Policies } from './evaluate-policy.ts'
import { type Policy, type PolicyRule, PolicySection, permits } from './policy-schema.ts'

export interface PolicyProblem {
  file: string
  /** From 1. */
  line: number
  column: number
  /** Path of the field, such as `rules[2].match.comand`. */
  field: string
  message: string
}

export interface ReadPolicy {
  /** Undefined when there is a problem. */
  policy: Policy | undefined
  problems: PolicyProblem[]
}

/** Where a project keeps its rules. */
export const projectPolicyName = join('.iterm-orch', 'policy.yaml')

/**
 * The rules that hold for a session.
 *
 * @param config `config.yaml`; it is no problem when it is not there
 */
export function loadPolicies(
  config: string,
  directory: string,
  home: string,
): Policies & { found: PolicyProblem[] } {
  const user = readPolicyFile(config, 'user')
  const projects = projectPolicyFiles(directory, home).map((file) => readPolicyFile(file, 'project'))
  const found = [user, ...projects].flatMap(({ problems }) => problems)
  return {
    user: user.policy,
    projects: projects.flatMap(({ policy }) => policy ?? []),
    problems: found.map(({ file, line, message }) => `${file}:${line} is not valid: ${message}`),
    found,
  }
}

/** A file that is not there has no rules. */
export function readPolicyFile(file: string, origin: PolicyRule['origin']): ReadPolicy {
  try {
    return readPolicy(readFileSync(file, 'utf8'), file, origin)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { policy: { file, rules: [] }, problems: [] }
    const message = `cannot be read: ${errorMessage(error)}`
    return { policy: undefined, problems: [{ file, line: 1, column: 1, field: '', message }] }
  }
}

/** @param origin `user`: the rules stand under `policy:` of `config.yaml`, other keys are not looked at */
export function readPolicy(text: string, file: string, origin: PolicyRule['origin']): ReadPolicy {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const problem = (message: string, offset: number, field = ''): PolicyProblem => ({
    file,
    ...at(offset),
    field,
    message,
  })
  const [broken] = document.errors
  if (broken) {
    const message = broken.message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/u, '') ?? ''
    return { policy: undefined, problems: [problem(message, broken.pos[0])] }
  }
  const top = origin === 'user' ? ['policy'] : []
  const { value, failure } = contentOf(document, top)
  if (failure !== undefined) return { policy: undefined, problems: [problem(failure, 0)] }
  const parsed = PolicySection.safeParse(value ?? {})
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) =>
      placesOf(issue).map(({ path, key, message }) =>
        problem(
          message,
          offsetOf(document.contents, [...top, ...path], key),
          fieldName([...path, ...(key ? [key] : [])]),
        ),
      ),
    )
    return { policy: undefined, problems }
  }
  const { rules, dryRun, timezone } = parsed.data
  const whole = rules.map((rule, index): PolicyRule => {
    const { time } = rule.match
    const zoned = time && timezone !== undefined ? { time: { timezone, ...time } } : {}
    const { line } = at(offsetOf(document.contents, [...top, 'rules', index]))
    return { ...rule, match: { ...rule.match, ...zoned }, dryRun: dryRun || rule.dryRun, file, line, origin }
  })
  const problems = whole.flatMap((rule, index) =>
    ruleProblems(rule, whole.slice(0, index)).map(({ path, message }) =>
      problem(
        message,
        offsetOf(document.contents, [...top, 'rules', index, ...path]),
        fieldName(['rules', index, ...path]),
      ),
    ),
  )
  return { policy: problems.length > 0 ? undefined : { file, rules: whole }, problems }
}

/** From the directory up to the top of the repository, or to the home directory, which is not looked at. */
function projectPolicyFiles(directory: string, home: string): string[] {
  const files: string[] = []
  for (let path = resolve(directory); path !== resolve(home); path = dirname(path)) {
    files.push(join(path, projectPolicyName))
    if (path === dirname(path)) break
  }
  return files
}

function contentOf(
  document: ReturnType<typeof parseDocument>,
  top: readonly string[],
): { value?: unknown; failure?: string } {
  if (document.contents === null) return {}
  if (!isMap(document.contents)) return { failure: 'it must be a mapping' }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 50 })
    return {
      value: top.reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), value),
    }
  } catch (error) {
    return { failure: errorMessage(error) }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

interface Place {
  path: PropertyKey[]
  /** The key itself is wrong. */
  key?: string
  message: string
}

function placesOf(issue: z.core.$ZodIssue): Place[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path)
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      return {
        path: issue.path,
        key,
        message: `"${key}" is no known key${near ? `; did you mean "${near}"?` : ''}`,
      }
    })
  }
  // Of the forms that a value may have, the one that came furthest says best what is wrong.
  if (issue.code === 'invalid_union' && !issue.path.includes('action')) {
    const inner = issue.errors
      .flat()
      .find(({ path, code }) => path.length > 0 || code === 'unrecognized_keys')
    if (inner) return placesOf({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue)
  }
  return [{ path: issue.path, message: issue.message }]
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  const { rules } = PolicySection.shape
  const rule = rules.unwrap().element.shape
  if (path.includes('time')) return ['days', 'hours', 'timezone']
  if (path.includes('match')) return Object.keys(rule.match.unwrap().shape)
  if (path.includes('budget')) return ['perHour', 'perSession']
  return path.includes('rules') ? Object.keys(rule) : Object.keys(PolicySection.shape)
}

/** What the schema cannot say. */
function ruleProblems(
  rule: PolicyRule,
  before: readonly PolicyRule[],
): { path: PropertyKey[]; message: string }[] {
  const problems: { path: PropertyKey[]; message: string }[] = []
  const { action, match, origin } = rule
  if (before.some(({ name }) => name === rule.name)) {
    problems.push({
      path: ['name'],
      message: `there is another rule "${rule.name}"; its budget could not be told apart`,
    })
  }
  if (origin === 'project' && rule.allowRefused.length > 0) {
    problems.push({
      path: ['allowRefused'],
      message: 'a project cannot make exceptions of the refusals; only config.yaml can',
    })
  }
  if (origin === 'project' && action.type === 'route' && !['desktop', 'human'].includes(action.to)) {
    problems.push({ path: ['action'], message: 'a project can route to desktop or human only' })
  }
  if (permits(rule) && match.kind?.includes('credential')) {
    problems.push({ path: ['match', 'kind'], message: 'no rule answers for a password or a key' })
  }
  return problems
}

function offsetOf(contents: unknown, path: readonly PropertyKey[], key?: string): number {
  let node: unknown = contents
  let offset = startOf(node) ?? 0
  for (const step of path) {
    const next: unknown =
      isNode(node) && 'get' in node && typeof node.get === 'function' ? node.get(step, true) : undefined
    if (!isNode(next)) break
    node = next
    offset = startOf(node) ?? offset
  }
  if (key !== undefined && isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key)
    return startOf(pair?.key) ?? offset
  }
  return offset
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

function startOf(node: unknown): number | undefined {
  return isNode(node) && 'range' in node && Array.isArray(node.range) ? node.range[0] : undefined
}

function fieldName(path: readonly PropertyKey[]): string {
  return z.core.toDotPath(path)
}
