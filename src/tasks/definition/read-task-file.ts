/** Reads the tasks of one file. */
import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import { errorMessage, systemErrorCode } from '../../lib/errors.ts'
import { readYaml, type YamlProblem } from '../../lib/read-yaml.ts'
import type { Place } from '../../lib/yaml-place.ts'
import type { Task } from '../../runner/task.ts'
import { ConcurrencyLimits, TaskDefinitions, TaskFile } from './task-definition.ts'
import type { TaskSource } from './task-sources.ts'
import { toTask } from './to-task.ts'

export interface TaskProblem extends YamlProblem {
  file: string
}

/** A task, and where it stands. */
export interface DefinedTask {
  task: Task
  file: string
  /** From 1. */
  line: number
  /** Where each of its `needs` stands. */
  needs: readonly Place[]
}

/** What a file says; when anything in it is wrong, it says nothing. */
export interface TaskFileContent {
  file: string
  tasks: DefinedTask[]
  /** `concurrency:`. */
  limits: Record<string, number>
  problems: TaskProblem[]
}

/** The other keys of config.yaml are checked elsewhere. */
const HomeFile = z.object({
  tasks: TaskDefinitions.default({}),
  concurrency: ConcurrencyLimits.default({}),
})

/** The content of a file; of the home, a missing one defines nothing. */
export function readTaskFile(source: TaskSource, env: NodeJS.ProcessEnv = process.env): TaskFileContent {
  const { file, kind } = source
  try {
    const bytes = readFileSync(file)
    if (!isUtf8(bytes)) return failed(file, 'is no text in UTF-8; save it as UTF-8')
    return parseTaskFile(bytes.toString('utf8'), source, env)
  } catch (error) {
    const missing = systemErrorCode(error) === 'ENOENT'
    if (missing && kind === 'home') return { file, tasks: [], limits: {}, problems: [] }
    return failed(file, missing ? 'does not exist' : `cannot be read: ${errorMessage(error)}`)
  }
}

/** The same for a text that was read before, such as the last one without a mistake. */
export function parseTaskFile(
  text: string,
  { file, kind }: TaskSource,
  env: NodeJS.ProcessEnv = process.env,
): TaskFileContent {
  const { value, problems, placeOf } = readYaml(text, kind === 'home' ? HomeFile : TaskFile)
  if (value === undefined) {
    return { file, tasks: [], limits: {}, problems: problems.map((problem) => ({ file, ...problem })) }
  }
  const base = dirname(file)
  // A person's own tasks are at home anywhere; the directory of config.yaml is no place to work in.
  const cwd = kind === 'home' ? env['HOME'] || homedir() : base
  const tasks = Object.entries(value.tasks).map(([name, definition]) => ({
    task: toTask(name, definition, { base, cwd }),
    file,
    line: placeOf(['tasks', name]).line,
    needs: definition.needs.map((_, index) => placeOf(['tasks', name, 'needs', index])),
  }))
  return { file, tasks, limits: value.concurrency, problems: [] }
}

function failed(file: string, message: string): TaskFileContent {
  return { file, tasks: [], limits: {}, problems: [{ file, line: 1, column: 1, field: '', message }] }
}
