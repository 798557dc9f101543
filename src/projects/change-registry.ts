/** Registers projects, one command at a time. */
import { basename, join, resolve } from 'node:path'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import { parseSettingKey, type WrittenSettings } from './parse-setting.ts'
import { mostNameLength, type Project, ProjectEntry, parseProjectName, toProject } from './project.ts'
import { projectDirectory } from './project-directory.ts'
import { placeOf, type RegistryFile, readEntry, readRegistryFile } from './registry.ts'
import { underLock } from './under-lock.ts'

/**
 * Registers a directory, under its own name in kebab-case unless one is given.
 *
 * @throws {OrchError} `project-exists` when the name is taken, or the directory registered already
 */
export async function registerProject(
  home: Home,
  path: string,
  {
    name,
    settings = {},
    now = new Date(),
  }: { name?: string | undefined; settings?: WrittenSettings; now?: Date } = {},
): Promise<Project> {
  const place = projectDirectory(path)
  const chosen = parseProjectName(name ?? nameFor(place))
  const entry = {
    ...{ path: place, enabled: true, registered_at: now.toISOString() },
    ...(Object.keys(settings).length > 0 && { settings }),
  }
  const project = toProject(chosen, usable(home, chosen, entry))
  return changeRegistry(home, (file) => {
    assertNew(file, chosen, place)
    return [{ ...file, projects: { ...file.projects, [chosen]: entry } }, project]
  })
}

/**
 * Forgets a project, also one whose entry is broken; its directory stays as it is.
 *
 * @param wanted its name or its directory
 * @returns its name
 * @throws {OrchError} `project-not-found`
 */
export async function unregisterProject(home: Home, wanted: string): Promise<string> {
  return changeRegistry(home, (file) => {
    const name = nameOf(file, wanted)
    const { [name]: _, ...projects } = file.projects
    return [{ ...(file.default === name ? withoutDefault(file) : file), projects }, name]
  })
}

/**
 * Says which project commands mean that name none, and are called in none.
 *
 * @param wanted its name or its directory; undefined: none any more
 * @returns its name
 * @throws {OrchError} `project-not-found`
 */
export async function setDefaultProject(home: Home, wanted: string | undefined): Promise<string | undefined> {
  return changeRegistry(home, (file) => {
    if (wanted === undefined) return [withoutDefault(file), undefined]
    const name = nameOf(file, wanted)
    return [{ ...file, default: name }, name]
  })
}

/** @throws {OrchError} `project-not-found`; `invalid-config` when its entry is broken */
export function enableProject(home: Home, wanted: string, enabled: boolean): Promise<Project> {
  // Only that is changed of what people may have written there.
  return changeEntry(home, wanted, (entry) => ({ ...entry, enabled }))
}

/**
 * Changes the settings of a project; others that it has stay. May mend what is broken in them.
 *
 * @param change.set as they are to be written
 * @param change.unset goes first
 * @throws {OrchError} `project-not-found`; `usage` for what is no setting; `invalid-config` when the entry could not be
 *   used with them
 */
export function changeSettings(
  home: Home,
  wanted: string,
  { set, unset }: { set: WrittenSettings; unset: readonly string[] },
): Promise<Project> {
  return changeEntry(home, wanted, ({ settings, ...entry }) => {
    const before = asObject(settings)
    // A misspelt one that stands there can be taken away.
    for (const key of unset) if (!Object.hasOwn(before, key)) parseSettingKey(key)
    const kept = Object.entries(before).filter(([key]) => !unset.includes(key))
    const changed = { ...Object.fromEntries(kept), ...set }
    return Object.keys(changed).length === 0 ? entry : { ...entry, settings: changed }
  })
}

function changeEntry(
  home: Home,
  wanted: string,
  change: (entry: Record<string, unknown>) => Record<string, unknown>,
): Promise<Project> {
  return changeRegistry(home, (file) => {
    const name = nameOf(file, wanted)
    const entry = change(asObject(file.projects[name]))
    const project = toProject(name, usable(home, name, entry))
    return [{ ...file, projects: { ...file.projects, [name]: entry } }, project]
  })
}

function withoutDefault({ default: _, ...file }: RegistryFile): RegistryFile {
  return file
}

function usable(home: Home, name: string, value: unknown): ProjectEntry {
  const read = readEntry(name, value)
  if ('entry' in read) return read.entry
  throw new OrchError(
    'invalid-config',
    `That cannot stand in ${home.registered}: ${read.problem}. Nothing was changed.`,
    {
      hint: 'Mend it there, take a setting out with `project set --unset`, or register the project again.',
    },
  )
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** @param change gives the new file, and what came of it */
function changeRegistry<T>(home: Home, change: (file: RegistryFile) => [RegistryFile, T]): Promise<T> {
  return underLock(join(home.run, 'registered.lock'), () => {
    const [changed, outcome] = change(readRegistryFile(home))
    // Where the file is a link, what it leads to is replaced.
    writeFileAtomic(placeOf(home.registered), `${JSON.stringify(changed, null, 2)}\n`)
    return outcome
  })
}

/** `My Project` is `my-project`. */
function nameFor(place: string): string {
  return basename(place)
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}._]+/gu, '-')
    .replace(/^[-._\p{M}]+/u, '')
    .slice(0, mostNameLength)
    .replace(/[-._\ud800-\udbff]+$/u, '')
}

function assertNew({ projects }: RegistryFile, name: string, place: string): void {
  const other = nameAt(projects, place)
  if (other !== undefined) {
    throw new OrchError('project-exists', `${place} is registered already, as project ${other}.`, {
      hint: `To give it another name: iterm-orch project unregister ${other}, then register it again.`,
    })
  }
  if (Object.hasOwn(projects, name)) {
    throw new OrchError('project-exists', `There is a project ${name} already.`, {
      hint: 'Give this one another name with --name, or unregister that one.',
    })
  }
}

/** Of all entries, those that are broken too. */
function nameOf({ projects }: RegistryFile, wanted: string): string {
  if (Object.hasOwn(projects, wanted)) return wanted
  const found = nameAt(projects, placeOf(resolve(wanted)))
  if (found !== undefined) return found
  throw noSuchProject(wanted, Object.keys(projects))
}

/** A directory is registered whatever else is wrong with its entry. */
const OnlyPath = ProjectEntry.pick({ path: true })

function nameAt(projects: RegistryFile['projects'], place: string): string | undefined {
  return Object.keys(projects).find((name) => {
    const entry = OnlyPath.safeParse(projects[name])
    return entry.success && placeOf(entry.data.path) === place
  })
}

export function noSuchProject(name: string, names: readonly string[]): OrchError {
  return new OrchError('project-not-found', `There is no project ${JSON.stringify(name)}.`, {
    hint:
      names.length === 0
        ? 'Register one with `iterm-orch project register <directory>`.'
        : `There are: ${names.join(', ')}.`,
    details: { candidates: names },
  })
}
