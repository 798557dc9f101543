/**
 * Our entries in the JSON settings of an agent, put in and taken out by small edits of the text, so that
 * everything else stays as it is, comments, order and indentation included. Pure.
 */
import { isDeepStrictEqual } from 'node:util'
import {
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { OrchError } from '../../lib/errors.ts'
import { isOurCommand } from './hook-command.ts'
import { addTo, takeOut } from './json-edit.ts'

export interface HookEntry {
  event: string
  handler: { type: 'command'; command: string; timeout: number; name?: string }
}

/** Where one of ours stands. */
export interface FoundEntry {
  event: string
  group: number
  index: number
  handler: Record<string, unknown>
  /** Its group is for some tools or sources only. */
  narrowed: boolean
}

/** What an agent makes of a file that is not there. */
export const emptySettings = '{}\n'

/**
 * The settings as a value.
 *
 * @param path for the message
 * @throws {OrchError} `invalid-config` with line and column when it cannot be parsed, and for hooks in a form
 *   that is not known: such a file is left alone.
 */
export function parseSettings(text: string, path: string): Record<string, unknown> {
  const errors: ParseError[] = []
  const bare = withoutMark(text)
  const root = parseTree(bare, errors, { allowTrailingComma: true })
  const [error] = errors
  if (error) {
    throw invalid(path, `${placeOf(bare, error.offset)} it is no JSON (${printParseErrorCode(error.error)}).`)
  }
  if (root?.type !== 'object') throw invalid(path, 'it is no JSON object.')
  const twice = nameGivenTwice(root) ?? nameGivenTwice(findNodeAtLocation(root, ['hooks']))
  if (twice !== undefined) throw invalid(path, `it has "${twice}" twice.`)
  const value: Record<string, unknown> = getNodeValue(root)
  if (value['hooks'] !== undefined && !isObject(value['hooks']))
    throw invalid(path, 'its "hooks" are no object.')
  return value
}

/** All entries that this or another version of iterm-orch made. */
export function findEntries(settings: Record<string, unknown>): FoundEntry[] {
  const found: FoundEntry[] = []
  for (const [event, groups] of Object.entries(hooksOf(settings))) {
    if (!Array.isArray(groups)) continue
    groups.forEach((group: unknown, groupIndex) => {
      if (!isObject(group) || !Array.isArray(group['hooks'])) return
      const matcher = group['matcher']
      const narrowed = matcher !== undefined && matcher !== '' && matcher !== '*'
      group['hooks'].forEach((handler: unknown, index) => {
        if (isObject(handler) && isOurCommand(handler['command']))
          found.push({ event, group: groupIndex, index, handler, narrowed })
      })
    })
  }
  return found
}

/** True when exactly the wanted entries are there. */
export function hasEntries(settings: Record<string, unknown>, wanted: readonly HookEntry[]): boolean {
  const found = findEntries(settings)
  return (
    found.length === wanted.length &&
    wanted.every(({ event, handler }) =>
      found.some(
        (entry) =>
          entry.event === event && !entry.narrowed && isDeepStrictEqual({ ...entry.handler }, handler),
      ),
    )
  )
}

/** The text with the wanted entries, and none of ours besides. The same text when they are there already. */
export function withEntries(text: string, wanted: readonly HookEntry[], path: string): string {
  if (hasEntries(parseSettings(text, path), wanted)) return text
  let result = withoutEntries(text, path)
  for (const { event, handler } of wanted) {
    const settings = parseSettings(result, path)
    const present = hooksOf(settings)[event]
    const group = { hooks: [handler] }
    if (Array.isArray(present))
      result = edit(result, (bare) => addTo(bare, ['hooks', event], undefined, group))
    else if (present !== undefined) throw invalid(path, `its hooks for "${event}" are no list.`)
    else {
      if (settings['hooks'] === undefined) result = edit(result, (bare) => addTo(bare, [], 'hooks', {}))
      result = edit(result, (bare) => addTo(bare, ['hooks'], event, [group]))
    }
  }
  return result
}

/** The text without our entries, and without the groups, lists and objects that held nothing else. */
export function withoutEntries(text: string, path: string): string {
  let result = text
  for (;;) {
    const settings = parseSettings(result, path)
    // From the end: what comes before keeps its place.
    const last = findEntries(settings).at(-1)
    if (!last) return result
    result = edit(result, (bare) => takeOut(bare, emptiedBy(settings, last)))
  }
}

/** The largest part that holds only this entry. */
function emptiedBy(settings: Record<string, unknown>, { event, group, index }: FoundEntry): JSONPath {
  const hooks = hooksOf(settings)
  const groups = hooks[event] as { hooks: unknown[] }[]
  if ((groups[group]?.hooks.length ?? 0) > 1) return ['hooks', event, group, 'hooks', index]
  if (groups.length > 1) return ['hooks', event, group]
  if (Object.keys(hooks).length > 1) return ['hooks', event]
  return ['hooks']
}

/** A byte order mark is no part of the JSON. */
function edit(text: string, change: (bare: string) => string): string {
  const bare = withoutMark(text)
  return text.slice(0, text.length - bare.length) + change(bare)
}

/** Which of the two an agent takes is its own affair. */
function nameGivenTwice(object: Node | undefined): string | undefined {
  const seen = new Set<string>()
  for (const property of object?.children ?? []) {
    const name: unknown = property.children?.[0]?.value
    if (object?.type !== 'object' || typeof name !== 'string') continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

function hooksOf(settings: Record<string, unknown>): Record<string, unknown> {
  return isObject(settings['hooks']) ? settings['hooks'] : {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Without the byte order mark, which editors of Windows write. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}

function invalid(path: string, problem: string): OrchError {
  return new OrchError('invalid-config', `${path} is left as it is: ${problem}`, {
    hint: 'Mend the file (or move it away), and run the command again.',
  })
}
