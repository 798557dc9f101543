/** The four directories of a project. */
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
}

export function placesIn(project: string): ProjectPlaces {
  return {
    tasks: join(project, 'tasks'),
    results: join(project, 'results'),
    state: join(project, 'state'),
    logs: join(project, 'logs'),
  }
}

/**
 * Makes what is missing of a project's directories; whatever is there stays.
 *
 * @returns the paths that were made
 */
export function initProject(project: string): string[] {
  const { tasks, ...made } = placesIn(project)
  const written: string[] = []
  const directory = (path: string, mode: number) => {
    if (existsSync(path)) return assertDirectory(path)
    mkdirSync(path, { mode })
    written.push(path)
  }
  const file = (path: string, text: string) => {
    try {
      writeFileSync(path, text, { flag: 'wx' })
      written.push(path)
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error
    }
  }
  directory(tasks, 0o777)
  file(join(tasks, 'README.md'), exampleText)
  for (const path of Object.values(made)) {
    // What agents say may be anything: for this user only, and not for the repository.
    directory(path, 0o700)
    file(join(path, '.gitignore'), '*\n')
  }
  return written
}

function assertDirectory(path: string): void {
  if (statSync(path).isDirectory()) return
  throw new OrchError('failed', `${path} is in the way: it is no directory.`, {
    hint: 'Move it away, or use another directory for the project.',
  })
}
