/** The tasks that a launch may name: those of config.yaml, and of the project in whose directory it is asked for. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { parse } from 'yaml'
import { z } from 'zod'
import { readEnvFile } from '../runner/env-file.ts'
import { TaskName } from '../runner/task.ts'
import type { NamedTask } from '../sessions/task.ts'
import { brokenForm, type LaunchForm, launchFormOf } from '../tasks/definition/launch-form.ts'
import { readTaskFile } from '../tasks/definition/read-task-file.ts'
import { findProjectFile } from '../tasks/definition/task-sources.ts'
import type { LaunchRequest } from './api.ts'

/**
 * The task that is meant; none when the text names none. A task of the project goes before one of config.yaml.
 *
 * @param tasks those of config.yaml
 * @throws {OrchError} `invalid-config` when its env_file cannot be read
 */
export function tasksForLaunch(
  { task: text, cwd, literal, command }: Pick<LaunchRequest, 'task' | 'cwd' | 'literal' | 'command'>,
  tasks: Readonly<Record<string, LaunchForm>>,
): Record<string, NamedTask> {
  // Beside a command it is only what people call the session.
  if (literal === true || command !== undefined) return {}
  const form = inProject(text, cwd, tasks) ?? own(tasks, text)
  if (!form) return {}
  const { envFile, ...task } = form
  if (envFile === undefined) return { [text]: task }
  return { [text]: { ...task, env: { ...readEnvFile(envFile), ...task.env } } }
}

function inProject(
  name: string,
  cwd: string,
  others: Readonly<Record<string, LaunchForm>>,
): LaunchForm | undefined {
  // Most prompts have spaces: no file is read for them.
  if (!TaskName.safeParse(name).success) return undefined
  const file = findProjectFile(cwd, process.env['HOME'] || homedir())
  if (file === undefined) return undefined
  const { tasks, problems } = readTaskFile({ file, kind: 'project' })
  if (problems.length > 0) {
    const names = namesIn(file)
    const isMeant = names?.includes(name) ?? own(others, name) === undefined
    return isMeant ? brokenForm(file) : undefined
  }
  const found = tasks.find(({ task }) => task.name === name)
  return found && launchFormOf(found.task)
}

const SomeTasks = z.object({ tasks: z.record(z.string(), z.unknown()) })

/** Of a file with mistakes; undefined where not even they can be read. */
function namesIn(file: string): string[] | undefined {
  try {
    return Object.keys(SomeTasks.parse(parse(readFileSync(file, 'utf8'))).tasks)
  } catch {
    return undefined
  }
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
