/** Registers projects, one command at a time. */
import { basename, join, resolve } from 'node:path'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import { mostNameLength, type Project, ProjectEntry, parseProjectName, toProject } from './project.ts'
import { projectDirectory } from './project-directory.ts'
import { placeOf, type RegistryFile, readRegistryFile } from './registry.ts'
import { underLock } from './under-lock.ts'

/**
 * Registers a directory, under its own name in kebab-case unless one is given.
 *
 * @throws {OrchError} `project-exists` when the name is taken, or the directory registered already
 */
export async function registerProject(
  home: Home,
  path: string,
  { name, now = new Date() }: { name?: string | undefined; now?: Date } = {},
): Promise<Project> {
  const place = projectDirectory(path)
  const chosen = parseProjectName(name ?? nameFor(place))
  const entry: ProjectEntry = { path: place, enabled: true, registered_at: now.toISOString() }
  return changeRegistry(home, (file) => {
    assertNew(file, chosen, place)
    return [{ ...file, projects: { ...file.projects, [chosen]: entry } }, toProject(chosen, entry)]
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
export async function enableProject(home: Home, wanted: string, enabled: boolean): Promise<Project> {
  return changeRegistry(home, (file) => {
    const name = nameOf(file, wanted)
    const before = file.projects[name]
    const parsed = ProjectEntry.safeParse(before)
    if (!parsed.success) {
      throw new OrchError('invalid-config', `What ${home.registered} says of project ${name} is not valid.`, {
        hint: 'Mend it, or unregister the project and register it again.',
      })
    }
    // Only that is changed of what people may have written there.
    const entry = Object.assign({}, before, { enabled })
    return [
      { ...file, projects: { ...file.projects, [name]: entry } },
      toProject(name, { ...parsed.data, enabled }),
    ]
  })
}

function withoutDefault({ default: _, ...file }: RegistryFile): RegistryFile {
  return file
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

function nameAt(projects: RegistryFile['projects'], place: string): string | undefined {
  return Object.keys(projects).find((name) => {
    const entry = ProjectEntry.safeParse(projects[name])
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
