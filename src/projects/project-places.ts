/** The directories of a project. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { exampleText } from './example-document.ts'

export interface ProjectPlaces {
  /** Documents, one for each task. */
  tasks: string
  /** `<task id>.json`. */
  results: string
  /** What the queue must not forget. */
  state: string
  logs: string
  /** A directory for each task that was tidied away; only there when one was. */
  archive: string
}

export function placesIn(project: string): ProjectPlaces {
  return {
    tasks: join(project, 'tasks'),
    results: join(project, 'results'),
    state: join(project, 'state'),
    logs: join(project, 'logs'),
    archive: join(project, 'archive'),
  }
}

/**
 * Makes what is missing of a project's directories; whatever is there stays.
 *
 * @returns the paths that were made
 */
export function initProject(project: string): string[] {
  const { tasks, results, state, logs } = placesIn(project)
  return [
    ...makeDirectory(tasks, 0o777),
    ...makeFile(join(tasks, 'README.md'), exampleText),
    ...[results, state, logs].flatMap(makeOwnPlace),
  ]
}

/** What agents say may be anything: for this user only, and not for the repository. Gives the paths that were made. */
export function makeOwnPlace(path: string): string[] {
  return [...makeDirectory(path, 0o700), ...makeFile(join(path, '.gitignore'), '*\n')]
}

function makeDirectory(path: string, mode: number): string[] {
  try {
    mkdirSync(path, { mode })
    return [path]
  } catch (error) {
    // Somebody else may just have made it.
    if (!existsSync(path)) throw error
  }
  if (statSync(path).isDirectory()) return []
  throw new OrchError('failed', `${path} is in the way: it is no directory.`, {
    hint: 'Move it away, or use another directory for the project.',
  })
}

function makeFile(path: string, text: string): string[] {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return [path]
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return []
    throw error
  }
}
