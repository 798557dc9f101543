/**
 * All tasks of several files. A task is what the last file that names it says, whole: nothing is mixed. A file with
 * a mistake defines nothing; whoever keeps its last good text puts that in its place.
 */
import { needsProblems } from './needs-problems.ts'
import { type DefinedTask, readTaskFile, type TaskFileContent, type TaskProblem } from './read-task-file.ts'
import type { TaskSource } from './task-sources.ts'

export interface LoadedTask extends DefinedTask {
  /** Definitions of the same name in earlier files, which this one takes the place of. */
  hides: { file: string; line: number }[]
}

export interface LoadedTasks {
  /** In the order of the files, and in a file from top to bottom. */
  tasks: LoadedTask[]
  /** How many of a concurrency group run at once; a group that is not named: one. */
  limits: Record<string, number>
  problems: TaskProblem[]
}

/** Reads and merges the files. */
export function loadTasks(sources: readonly TaskSource[], env: NodeJS.ProcessEnv = process.env): LoadedTasks {
  return mergeTasks(sources.map((source) => readTaskFile(source, env)))
}

/** @param contents in the order in which the files define: a later one goes before an earlier one */
export function mergeTasks(contents: readonly TaskFileContent[]): LoadedTasks {
  const merged = new Map<string, LoadedTask>()
  const spellings = new Map<string, string>()
  const problems = contents.flatMap((content) => content.problems)
  for (const defined of contents.flatMap(({ tasks }) => tasks)) {
    const { name } = defined.task
    const other = spellings.get(name.toLowerCase()) ?? name
    if (other !== name) {
      problems.push(sameFiles(defined, other))
      continue
    }
    spellings.set(name.toLowerCase(), name)
    const before = merged.get(name)
    const hides = before === undefined ? [] : [...before.hides, { file: before.file, line: before.line }]
    merged.set(name, { ...defined, hides })
  }
  const wrong = needsProblems([...merged.values()])
  for (const { name } of wrong) merged.delete(name)
  return {
    tasks: [...merged.values()],
    limits: Object.assign({}, ...contents.map(({ limits }) => limits)),
    problems: [...problems, ...wrong.map(({ problem }) => problem)],
  }
}

/** Of the logs and pid files of two tasks. */
function sameFiles({ file, line, task }: DefinedTask, other: string): TaskProblem {
  const message = `differs only in upper and lower case from "${other}": on a Mac, their files would be the same`
  return { file, line, column: 1, field: `tasks.${task.name}`, message }
}
