/** What `config check` says about a file. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, resolve } from 'node:path'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import { type YamlProblem, yamlProblemText } from '../lib/read-yaml.ts'
import { checkConfig } from '../service/check-config.ts'
import { loadTasks } from '../tasks/definition/load-tasks.ts'
import { findProjectFile, projectFileName, type TaskSource } from '../tasks/definition/task-sources.ts'

interface CheckedFile {
  file: string
  valid: boolean
  problems: YamlProblem[]
  /** The same for people. */
  lines(): string[]
}

/** @param given undefined: config.yaml, and the file of the project around here */
export function filesToCheck(home: Home, given: string | undefined, hasTasksForm: boolean): TaskSource[] {
  if (given !== undefined) {
    const isTasks = hasTasksForm || basename(given) === projectFileName
    return [{ file: given, kind: isTasks ? 'given' : 'home' }]
  }
  const project = findProjectFile(process.cwd(), process.env['HOME'] || homedir())
  const found: TaskSource[] = project === undefined ? [] : [{ file: project, kind: 'project' }]
  return [{ file: home.config, kind: 'home' }, ...found]
}

/** @throws {OrchError} `usage` for a file that cannot be read */
export function checkFile(source: TaskSource, home: Home): CheckedFile {
  const { file, kind } = source
  const isMissingHome = file === home.config && !existsSync(file)
  const text = isMissingHome ? '' : readText(file)
  const inForm = kind === 'home' ? checkConfig(text) : []
  // What a task needs may be defined in config.yaml.
  const around: TaskSource[] = kind === 'home' ? [] : [{ file: home.config, kind: 'home' }]
  const problems = inForm.length > 0 || isMissingHome ? inForm : taskProblems([...around, source], file)
  return {
    file,
    valid: problems.length === 0,
    problems,
    lines: () =>
      problems.length === 0
        ? [isMissingHome ? `${file} does not exist: all is as by default.` : `${file} is valid.`]
        : problems.map((each) => yamlProblemText(file, each)),
  }
}

function taskProblems(sources: readonly TaskSource[], file: string): YamlProblem[] {
  const absolute = sources.map((source) => ({ ...source, file: resolve(source.file) }))
  const found = loadTasks(absolute).problems.filter((problem) => problem.file === resolve(file))
  return found.map(({ line, column, field, message }) => ({ line, column, field, message }))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new OrchError('usage', `${file} cannot be read: ${errorMessage(error)}`, {
      hint: 'Give an existing file, or none for config.yaml of the home.',
      cause: error,
    })
  }
}
