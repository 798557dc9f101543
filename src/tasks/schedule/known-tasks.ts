/** Tasks as people name them. */
import { isAbsolute } from 'node:path'
import { OrchError } from '../../lib/errors.ts'
import { nearest } from '../../lib/nearest-word.ts'
import type { Task } from '../../runner/task.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'
import { selectTasks } from './select-tasks.ts'

/** A task as far as it is known: its definition, or that of its last run. */
export interface KnownTask {
  name: string
  groups: string[]
  needs: string[]
  task: Task
  loaded: LoadedTask | undefined
}

/** Of a definition. */
export function knownTask(loaded: LoadedTask): KnownTask {
  const { name, groups, needs } = loaded.task
  return { name, groups, needs, task: loaded.task, loaded }
}

/** What the patterns name. @throws {OrchError} `task-not-found` when one names nothing */
export function chooseTasks(known: readonly KnownTask[], patterns: readonly string[]): KnownTask[] {
  const { chosen, unknown } = selectTasks(known, patterns)
  const [first] = unknown
  if (first === undefined) return chosen
  throw unknownTask(
    first,
    known.map(({ name }) => name),
  )
}

/** For a name, pattern or group that means none of these. */
export function unknownTask(pattern: string, names: readonly string[]): OrchError {
  const near = nearest(pattern, names)
  const candidates = names.slice(0, 100)
  return new OrchError('task-not-found', `There is no task "${pattern}".`, {
    hint: names.length === 0 ? noTasks : near === undefined ? whereTasksAre : `Did you mean ${near}?`,
    details: { candidates },
  })
}

const noTasks = 'No tasks are defined. Make some: `iterm-orch config init --project`.'
const whereTasksAre = 'See `iterm-orch list`; a task of a project is found in its directory, or with -f FILE.'

/** @throws {OrchError} `usage` */
export function onlyAbsolute(files: readonly string[]): readonly string[] {
  const relative = files.find((file) => !isAbsolute(file))
  if (relative === undefined) return files
  throw new OrchError('usage', `The file ${relative} is no absolute path.`)
}
