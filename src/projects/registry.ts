/** The registered projects: `registered.json` of the home, which people edit as well. */
import { realpathSync } from 'node:fs'
import { z } from 'zod'
import type { Home } from '../lib/home.ts'
import { readJsonFile } from '../lib/json-file.ts'
import { firstProblem } from '../lib/read-yaml.ts'
import { shownText } from '../lib/shown-text.ts'
import { isProjectName, type Project, ProjectEntry, toProject } from './project.ts'

export interface Registry {
  projects: Project[]
  /** Name of the one that commands mean which name none, and are called in none. */
  defaultProject: string | undefined
  /** Entries that cannot be used, each with the reason. The others are. */
  problems: string[]
}

/** The file as it stands; nobody knows all of its keys. */
const RegistryFile = z.looseObject({
  projects: z.record(z.string(), z.unknown()),
  default: z.unknown().optional(),
})
export type RegistryFile = z.infer<typeof RegistryFile>

/**
 * The projects of a home, in the order of their names; without a file there are none.
 *
 * @throws {OrchError} `invalid-config` when the file as a whole cannot be understood: that is not "no projects".
 */
export function readRegistry(home: Home): Registry {
  const problems: string[] = []
  const projects = new Map<string, Project>()
  const file = readRegistryFile(home)
  for (const [name, value] of Object.entries(file.projects)) {
    const read = readEntry(name, value)
    if ('problem' in read) problems.push(read.problem)
    else {
      const project = toProject(name, read.entry)
      const place = placeOf(project.path)
      const same = projects.get(place)
      // Two queues for one directory would run two of its tasks at once.
      if (same) problems.push(`project ${name}: its directory is that of project ${same.name}`)
      else projects.set(place, project)
    }
  }
  const sorted = [...projects.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const defaultProject = sorted.find(({ name }) => name === file.default)?.name
  if (file.default !== undefined && defaultProject === undefined)
    problems.push(`the default project, ${JSON.stringify(file.default)}, is none of them`)
  return { projects: sorted, defaultProject, problems }
}

/** One entry of the file, or why it cannot be used. */
export function readEntry(name: string, value: unknown): { entry: ProjectEntry } | { problem: string } {
  if (!isProjectName(name)) return { problem: `${JSON.stringify(name)} is no name for a project` }
  const parsed = ProjectEntry.safeParse(value)
  if (parsed.success) return { entry: parsed.data }
  return { problem: `project ${name}: ${shownText(firstProblem(value, ProjectEntry, parsed.error))}` }
}

/** @throws {OrchError} `invalid-config` */
export function readRegistryFile({ registered }: Home): RegistryFile {
  return readJsonFile(registered, RegistryFile, { code: 'invalid-config' }) ?? { projects: {} }
}

/** The directory itself, by whichever way it was named, on a Mac also with capital letters or without. */
export function placeOf(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}
