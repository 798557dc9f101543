/** Puts our hooks into an agent's settings, takes them out again, and tells how they stand. */
import { join } from 'node:path'
import { OrchError } from '../../lib/errors.ts'
import { ensurePrivateDirectory, type Home } from '../../lib/home.ts'
import { tryLockFile, waitForLock } from '../../lib/lock-file.ts'
import { areOurArguments, hookArguments, hookCommand, missingProgram, wordsOf } from './hook-command.ts'
import { type HookSupport, hookSupportOf, settingsFileOf } from './hook-support.ts'
import {
  emptySettings,
  findEntries,
  type HookEntry,
  hasEntries,
  parseSettings,
  withEntries,
  withoutEntries,
} from './json-settings.ts'
import { backupPath, changeSettings, readSettings } from './settings-file.ts'
import { readNotify, withNotify, withoutNotify } from './toml-notify.ts'

/** A change takes milliseconds; more than this is somebody who hangs. */
const longestWaitMs = 5_000

export interface HookOptions {
  home: Home
  agent: string
  /** Absolute: its settings instead of the person's. */
  project?: string
  /** Program and arguments of `iterm-orch`, absolute. */
  own: readonly string[]
  /** Also of agents that iterm-orch did not launch. */
  always?: boolean
  env?: NodeJS.ProcessEnv
}

export interface HookChange {
  agent: string
  title: string
  /** Every file that has (or had) something of ours. */
  files: { path: string; changed: boolean; backup?: string }[]
  /** What the person should know or do. */
  notes: string[]
}

export type HookState = 'installed' | 'not-installed' | 'outdated' | 'broken'

export interface HookStatus {
  agent: string
  title: string
  path: string
  state: HookState
  /** Why it is not `installed`. */
  why?: string
  notes: string[]
}

/** @throws {OrchError} `agent-unknown`, `invalid-config` (nothing was changed then). */
export function installHooks(options: HookOptions): Promise<HookChange> {
  return underLock(options, (place) => {
    const { path, support } = place
    const wanted = entriesOf(place)
    // Both are read before either is written.
    const plain = (text: string | undefined) => withEntries(text ?? emptySettings, wanted, path)
    plain(readSettings(path))
    const notify = notifyOf(place)
    const files = [changed(path, plain)]
    if (notify && notify.whose !== 'another') {
      files.push(changed(notify.path, (text) => withOurNotify(text, notify.wanted, notify.path)))
    }
    const notes = notesOn(place)
    if (support.afterwards && files[0]?.changed) notes.unshift(support.afterwards)
    return { files, notes }
  })
}

/** @throws {OrchError} `agent-unknown`, `invalid-config` (nothing was changed then). */
export function uninstallHooks(options: HookOptions): Promise<HookChange> {
  return underLock(options, (place) => {
    const { path } = place
    parseSettings(readSettings(path) ?? emptySettings, path)
    const notify = notifyOf(place)
    const files = [changed(path, (text) => withoutOurs(text, path))]
    if (notify?.whose === 'ours') {
      files.push(changed(notify.path, (text) => withoutOurNotify(text, notify.path)))
    }
    return { files, notes: [] }
  })
}

/** How the hooks of an agent stand. Changes nothing. @throws {OrchError} `agent-unknown`. */
export function hookStatus(options: HookOptions): HookStatus {
  const place = placeOf(options)
  const { support, path } = place
  const base = { agent: support.agent, title: support.title, path }
  try {
    const { state, why } = standingOf(place)
    const notes = state === 'not-installed' ? [] : notesOn(place)
    return { ...base, state, ...(why !== undefined && { why }), notes }
  } catch (error) {
    if (!(error instanceof OrchError)) throw error
    return { ...base, state: 'broken', why: error.message, notes: [] }
  }
}

interface Place {
  options: HookOptions
  support: HookSupport
  env: NodeJS.ProcessEnv
  path: string
}

function placeOf(options: HookOptions): Place {
  const env = options.env ?? process.env
  const support = hookSupportOf(options.agent)
  return { options, support, env, path: settingsFileOf(support, options.project, env) }
}

/** One at a time: two that change the same file would each keep the other's half. */
async function underLock(
  options: HookOptions,
  work: (place: Place) => Pick<HookChange, 'files' | 'notes'>,
): Promise<HookChange> {
  const place = placeOf(options)
  ensurePrivateDirectory(options.home.run)
  const path = join(options.home.run, 'hooks.lock')
  const lock = await waitForLock(longestWaitMs, () => tryLockFile(path))
  if (!lock) {
    throw new OrchError('already-running', 'Another command has been changing hooks for some time.', {
      hint: `Its process id is in ${path}.`,
    })
  }
  try {
    return { agent: place.support.agent, title: place.support.title, ...work(place) }
  } finally {
    lock.release()
  }
}

function entriesOf({ support, options }: Place): HookEntry[] {
  const { agent, timeout, name, events } = support
  const command = hookCommand(options.own, agent, options.always ?? false)
  const handler = { type: 'command' as const, command, timeout, ...(name !== undefined && { name }) }
  return events.map((event) => ({ event, handler }))
}

function changed(
  path: string,
  change: (text: string | undefined) => string | undefined,
): HookChange['files'][number] {
  const existed = readSettings(path) !== undefined
  const isChanged = changeSettings(path, change)
  return { path, changed: isChanged, ...(isChanged && existed && { backup: backupPath(path) }) }
}

/** Byte for byte what was there before, if nobody has changed anything since; else everything but ours. */
function withoutOurs(text: string | undefined, path: string): string | undefined {
  if (text === undefined) return undefined
  const found = findEntries(parseSettings(text, path))
  if (found.length === 0) return text
  const before = textBefore(path)
  const installed = found.map(({ event, handler }) => ({ event, handler: handler as HookEntry['handler'] }))
  try {
    if (withEntries(before ?? emptySettings, installed, path) === text) return before
  } catch {
    // The copy is not what it was.
  }
  return withoutEntries(text, path)
}

/** The copy of the last change. */
function textBefore(path: string): string | undefined {
  try {
    return readSettings(backupPath(path))
  } catch {
    return undefined
  }
}

interface Notify {
  path: string
  wanted: string[]
  present: string[] | undefined
  whose: 'nobody' | 'ours' | 'another'
}

/** Codex has one `notify` program; a person's own stays. */
function notifyOf({ support, env, options }: Place): Notify | undefined {
  if (!support.notifyFile || options.project !== undefined) return undefined
  const path = support.notifyFile(env)
  const present = readNotify(readSettings(path) ?? '', path)
  const whose = present === undefined ? 'nobody' : areOurArguments(present) ? 'ours' : 'another'
  const wanted = hookArguments(options.own, support.agent, 'notify', options.always ?? false)
  return { path, wanted, present, whose }
}

function withOurNotify(text: string | undefined, argv: readonly string[], path: string): string {
  const present = readNotify(text ?? '', path)
  const isSame = present?.length === argv.length && argv.every((word, at) => word === present[at])
  return isSame ? (text ?? '') : withNotify(text ?? '', argv, path)
}

function withoutOurNotify(text: string | undefined, path: string): string | undefined {
  if (text === undefined) return undefined
  const rest = withoutNotify(text, path)
  return rest === '' && textBefore(path) === undefined ? undefined : rest
}

function standingOf(place: Place): { state: HookState; why?: string } {
  const { path } = place
  const settings = parseSettings(readSettings(path) ?? emptySettings, path)
  const found = findEntries(settings)
  const notify = notifyOf(place)
  if (found.length === 0 && notify?.whose !== 'ours') return { state: 'not-installed' }
  const words = found.flatMap(({ handler }) => wordsOf(String(handler['command'])))
  const missing = missingProgram([
    ...words.filter((word) => word !== '>/dev/null'),
    ...(notify?.whose === 'ours' ? (notify.present ?? []) : []),
  ])
  if (missing !== undefined) return { state: 'broken', why: `${missing} is no longer there.` }
  const own = [place, { ...place, options: { ...place.options, always: true } }]
  if (!own.some((variant) => hasEntries(settings, entriesOf(variant))))
    return { state: 'outdated', why: 'They are not those that this version installs.' }
  if (notify?.whose === 'nobody')
    return { state: 'outdated', why: `The notify line in ${notify.path} is missing.` }
  return { state: 'installed' }
}

function notesOn(place: Place): string[] {
  const { support, path, options } = place
  const notes: string[] = []
  const settings = parseSettings(readSettings(path) ?? emptySettings, path)
  for (const { path: names, off } of support.switches) {
    if (valueAt(settings, names) === off)
      notes.push(`${support.title} runs no hooks: ${names.join('.')} is ${String(off)} in ${path}.`)
  }
  if (options.project !== undefined && support.projectFileIsShared)
    notes.push(`${path} is usually committed; our entries hold the path of iterm-orch on this computer.`)
  const notify = notifyOf(place)
  if (notify?.whose === 'another')
    notes.push(`${notify.path} has a notify program of its own, which stays. The hooks tell the same.`)
  if (notify && /^[ \t]*\[{1,2}hooks[.\]]/m.test(readSettings(notify.path) ?? ''))
    notes.push(`${notify.path} has hooks, too; ${support.title} runs both and warns of that at its start.`)
  return notes
}

function valueAt(settings: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null
        ? Object.getOwnPropertyDescriptor(value, name)?.value
        : undefined,
    settings,
  )
}
