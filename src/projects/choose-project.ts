import { relative, resolve } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { noSuchProject } from './change-registry.ts'
import type { Project } from './project.ts'
import { placeOf, type Registry } from './registry.ts'

/**
 * The project that a command is about: the one with the name or the directory `wanted`; without it the one that
 * `directory` lies in, else the default one, else the only one that there is.
 *
 * @throws {OrchError} `project-not-found`, with those that there are
 */
export function chooseProject(
  { projects, defaultProject }: Pick<Registry, 'projects' | 'defaultProject'>,
  { wanted, directory = '.' }: { wanted?: string | undefined; directory?: string },
): Project {
  const names = projects.map(({ name }) => name)
  if (wanted !== undefined) {
    const found = projects.find(({ name }) => name === wanted) ?? projectAt(projects, wanted)
    if (found) return found
    throw noSuchProject(wanted, names)
  }
  const here = around(projects, directory)
  if (here) return here
  const usual = projects.find(({ name }) => name === defaultProject)
  if (usual) return usual
  const [only, ...others] = projects
  if (only && others.length === 0) return only
  throw new OrchError('project-not-found', `${resolve(directory)} lies in no registered project.`, {
    hint:
      names.length === 0
        ? 'Register one with `iterm-orch project register <directory>`.'
        : `Name one with -p: ${names.join(', ')}. For one that is always meant: iterm-orch project default <project>.`,
    details: { candidates: names },
  })
}

/** Its own directory: a mistyped name in a project is a path in it, and means something else. */
function projectAt(projects: readonly Project[], directory: string): Project | undefined {
  const place = placeOf(resolve(directory))
  return projects.find(({ path }) => placeOf(path) === place)
}

/** Of projects within projects, the innermost. */
function around(projects: readonly Project[], directory: string): Project | undefined {
  const place = placeOf(resolve(directory))
  return projects
    .filter(({ path }) => !/^\.\.(?:\/|$)/u.test(relative(placeOf(path), place)))
    .sort((a, b) => placeOf(b.path).length - placeOf(a.path).length)[0]
}
