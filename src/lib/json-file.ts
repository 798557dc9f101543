/** JSON files that keep state: read so that "could not be read" is never taken for "there is nothing". */
import { constants, copyFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { writeFileAtomic, writeFileUnsynced } from './atomic-file.ts'
import { type ErrorCode, errorMessage, OrchError, systemErrorCode } from './errors.ts'
import { ensurePrivateDirectory } from './home.ts'
import { shownText } from './shown-text.ts'

export type JsonContent<T> =
  | { kind: 'read'; value: T }
  | { kind: 'missing' }
  /** The system refuses it, maybe only now. */
  | { kind: 'unreadable'; why: string; cause: unknown }
  /** It will never be understood; by a newer version of iterm-orch it would be. */
  | { kind: 'no-json' | 'wrong-shape' | 'newer'; why: string; cause: unknown }

/** A file that was moved out of the way, since nobody here understands it. */
export interface SetAside {
  path: string
  /** Where it is now. */
  kept: string
  why: string
}

/** What the file says, or why that is not known. Changes nothing, and never throws. */
export function lookAtJsonFile<S extends z.ZodType>(path: string, schema: S): JsonContent<z.output<S>> {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    const code = systemErrorCode(cause)
    if (code === 'ENOENT') return { kind: 'missing' }
    if (code === 'EISDIR') return { kind: 'wrong-shape', why: 'is a directory', cause }
    return { kind: 'unreadable', why: `cannot be read: ${errorMessage(cause)}`, cause }
  }
  let value: unknown
  try {
    // A byte that is no UTF-8 would come out as another character. A mark of byte order (editors) is left out.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    // The message quotes what stands there.
    return { kind: 'no-json', why: shownText(`is no JSON: ${errorMessage(cause)}`), cause }
  }
  return understood(value, schema)
}

/**
 * What the file says; undefined when there is none.
 *
 * @param complaint.code of the error when it cannot be read or understood; `failed` when absent
 * @throws {OrchError} with that code, or `newer-home` when a newer version wrote it
 */
export function readJsonFile<S extends z.ZodType>(
  path: string,
  schema: S,
  complaint: { code?: ErrorCode; hint?: string } = {},
): z.output<S> | undefined {
  const content = lookAtJsonFile(path, schema)
  switch (content.kind) {
    case 'read':
      return content.value
    case 'missing':
      return undefined
    case 'newer':
      throw new OrchError('newer-home', `${path} ${content.why}.`, {
        hint: 'Update iterm-orch. Nothing was changed.',
        cause: content.cause,
      })
    default: {
      const { code = 'failed', hint = 'Mend the file, or move it away. Nothing was changed.' } = complaint
      throw new OrchError(code, `${path} ${content.why}`, { hint, cause: content.cause })
    }
  }
}

/**
 * The same for the one process that writes the file: what will never be understood is set aside, and told of; then
 * it begins without.
 *
 * @throws {OrchError} `failed` when the system refuses to read it, or to move it: its content is not ours to lose
 */
export function takeJsonFile<S extends z.ZodType>(
  path: string,
  schema: S,
  onSetAside: (file: SetAside) => void,
): z.output<S> | undefined {
  const content = lookAtJsonFile(path, schema)
  if (content.kind === 'missing' || content.kind === 'read' || content.kind === 'unreadable') {
    return readJsonFile(path, schema)
  }
  onSetAside({ path, kept: setFileAside(path), why: content.why })
  return undefined
}

/** Moves a file of ours to `<path>.broken`, or `.broken-2` and so on where earlier ones lie. Gives its new path. */
export function setFileAside(path: string): string {
  const kept = freeName(path)
  renameSync(path, kept)
  return kept
}

/** The same with a copy: the file is replaced right after, and a crash in between must not look as if it had never been. @param as goes before `.broken` */
export function copyFileAside(path: string, as = path): string {
  const kept = freeName(as)
  if (statSync(path).isDirectory()) renameSync(path, kept)
  else copyFileSync(path, kept, constants.COPYFILE_EXCL)
  return kept
}

/** Whether a file of this name was set aside. */
export function isSetAside(name: string): boolean {
  return /\.broken(?:-\d+)?$/u.test(name)
}

/**
 * Replaces the file whole, and makes its directory where that is missing.
 *
 * @param options.unsynced does not wait for the disk: see {@link writeFileUnsynced}
 * @param options.indented for people
 */
export function writeJsonFile(
  path: string,
  value: object,
  { unsynced = false, indented = false }: { unsynced?: boolean; indented?: boolean } = {},
): void {
  ensurePrivateDirectory(dirname(path))
  const write = unsynced ? writeFileUnsynced : writeFileAtomic
  write(path, `${JSON.stringify(value, undefined, indented ? 2 : 0)}\n`)
}

/** The first thing that is wrong with a value, and where. */
export function firstIssue({ issues: [issue] }: Pick<z.ZodError, 'issues'>): string {
  return shownText([issue?.path.join('.'), issue?.message].filter(Boolean).join(': '))
}

function freeName(path: string): string {
  let kept = `${path}.broken`
  for (let number = 2; existsSync(kept); number++) kept = `${path}.broken-${number}`
  return kept
}

function understood<S extends z.ZodType>(value: unknown, schema: S): JsonContent<z.output<S>> {
  try {
    const parsed = schema.safeParse(value)
    if (parsed.success) return { kind: 'read', value: parsed.data }
    const { error: cause } = parsed
    if (isNewer(value, cause)) {
      return { kind: 'newer', why: 'was written by a newer version of iterm-orch', cause }
    }
    return { kind: 'wrong-shape', why: `is not as expected: ${firstIssue(cause)}`, cause }
  } catch (cause) {
    // Values inside of values, deeper than the stack.
    return { kind: 'wrong-shape', why: `is not as expected: ${errorMessage(cause)}`, cause }
  }
}

/** Its `version` is greater than the one that the schema wants. */
function isNewer(value: unknown, { issues }: z.ZodError): boolean {
  const issue = issues.find(({ path }) => path.length === 1 && path[0] === 'version')
  if (issue?.code !== 'invalid_value' || typeof value !== 'object' || value === null) return false
  const { version } = value as { version?: unknown }
  return Number.isInteger(version) && issue.values.every((known) => Number(known) < Number(version))
}
