/** The definitions in force: of config.yaml, and of the files that tasks were enabled from. */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { type SetAside, takeJsonFile, writeJsonFile } from '../../lib/json-file.ts'
import type { Logger } from '../../lib/logger.ts'
import { yamlProblemText } from '../../lib/read-yaml.ts'
import { type LoadedTask, type LoadedTasks, mergeTasks } from '../definition/load-tasks.ts'
import {
  parseTaskFile,
  readTaskFile,
  type TaskFileContent,
  type TaskProblem,
} from '../definition/read-task-file.ts'
import { type TaskSource, taskSources } from '../definition/task-sources.ts'

const TextsFile = z.object({ version: z.literal(1), texts: z.record(z.string(), z.string()) })

/** What there is for somebody who runs tasks, wherever it is defined. */
export type SeenTasks = Pick<LoadedTasks, 'tasks' | 'limits'>

/** What a broken file said before stays in force, also for the services to come. */
export class Definitions {
  readonly #home: Home
  readonly #log: Logger
  readonly #path: string
  /** The last text without a mistake, of each file. */
  #texts: Record<string, string> = {}
  /** The disk was full: what is known here has yet to be written. */
  #isUnwritten = false
  #loaded: LoadedTasks = { tasks: [], limits: {}, problems: [] }
  #byName = new Map<string, LoadedTask>()
  #followed = new Set<string>()

  constructor(home: Home, log: Logger) {
    this.#home = home
    this.#log = log
    this.#path = join(home.tasks, 'definitions.json')
  }

  /** @param files those of projects; config.yaml is always one */
  load(files: readonly string[], onSetAside: (file: SetAside) => void): void {
    this.#texts = takeJsonFile(this.#path, TextsFile, onSetAside)?.texts ?? {}
    this.reload(files)
  }

  /** Reads the files again. */
  reload(files: readonly string[]): void {
    const sources: TaskSource[] = [
      { file: this.#home.config, kind: 'home' },
      ...files.map((file): TaskSource => ({ file, kind: 'given' })),
    ]
    this.#followed = new Set(sources.map(({ file }) => file))
    this.#loaded = this.#read(sources)
    this.#keep(sources, new Set(this.#loaded.problems.map(({ file }) => file)))
    this.#byName = new Map(this.#loaded.tasks.map((task) => [task.task.name, task]))
    for (const problem of this.problems) this.#log.warn({ problem }, 'a definition of tasks is broken')
  }

  /** Whether what the file says is in force without a command that names it. */
  isFollowed(file: string): boolean {
    return this.#followed.has(file)
  }

  all(): readonly LoadedTask[] {
    return this.#loaded.tasks
  }

  get(task: string): LoadedTask | undefined {
    return this.#byName.get(task)
  }

  get limits(): Readonly<Record<string, number>> {
    return this.#loaded.limits
  }

  /** As lines for people. */
  get problems(): string[] {
    return this.#loaded.problems.map(problemLine)
  }

  /**
   * The tasks that somebody means who stands in `cwd` and names `files`, and the limits that hold there.
   *
   * @throws {OrchError} `invalid-config` when one of their files is broken and was never good
   */
  seenFrom(cwd: string | undefined, files: readonly string[]): SeenTasks & { notices: string[] } {
    const sources = taskSources(this.#home.config, cwd ?? homedir(), files)
    const { tasks, limits, problems } = this.#read(cwd === undefined ? sources.filter(isNamed) : sources)
    const never = problems.filter(({ file }) => this.#texts[file] === undefined)
    if (never.length > 0) throw invalid(never)
    const notices = [...new Set(problems.map(({ file }) => file))].map(
      (file) => `${file} is broken; what it said before is used:\n${linesOf(problems, file)}`,
    )
    const known = new Set(tasks.map(({ task }) => task.name))
    return {
      tasks: [...tasks, ...this.#loaded.tasks.filter(({ task }) => !known.has(task.name))],
      limits: { ...this.#loaded.limits, ...limits },
      notices,
    }
  }

  #read(sources: readonly TaskSource[]): LoadedTasks {
    const contents = sources.map((source) => this.#orBefore(source, readTaskFile(source)))
    const merged = mergeTasks(contents)
    const own = new Set(merged.problems.map(({ file }) => file))
    // What is wrong between files counts as a mistake of the file that it stands in.
    const wrong = contents.map((content, index) => {
      const source = sources[index]
      return source && content.problems.length === 0 && own.has(content.file)
        ? {
            ...this.#orBefore(source, {
              ...content,
              tasks: [],
              limits: {},
              problems: problemsOf(merged, content),
            }),
          }
        : content
    })
    const replaced = wrong.some((content, index) => content !== contents[index] && content.tasks.length > 0)
    return replaced ? mergeTasks(wrong) : merged
  }

  /** A broken content with the tasks that the file had before. */
  #orBefore(source: TaskSource, content: TaskFileContent): TaskFileContent {
    const text = this.#texts[source.file]
    if (content.problems.length === 0 || text === undefined) return content
    return { ...parseTaskFile(text, source), problems: content.problems }
  }

  #keep(sources: readonly TaskSource[], broken: ReadonlySet<string>): void {
    const texts: Record<string, string> = {}
    for (const { file } of sources) {
      const text = broken.has(file) ? this.#texts[file] : textOf(file)
      if (text !== undefined) texts[file] = text
    }
    if (JSON.stringify(texts) === JSON.stringify(this.#texts)) return
    this.#texts = texts
    this.#isUnwritten = true
    try {
      this.flush()
    } catch (error) {
      this.#log.warn({ error: errorMessage(error) }, 'the good definitions are not kept yet')
    }
  }

  /** Keeps for the next service what could not be written before. @throws when it still cannot */
  flush(): void {
    if (!this.#isUnwritten) return
    writeJsonFile(this.#path, { version: 1, texts: this.#texts })
    this.#isUnwritten = false
  }
}

function isNamed({ kind }: TaskSource): boolean {
  return kind !== 'project'
}

function problemsOf({ problems }: LoadedTasks, { file }: TaskFileContent): TaskProblem[] {
  return problems.filter((problem) => problem.file === file)
}

function linesOf(problems: readonly TaskProblem[], file: string): string {
  const lines = problems.filter((problem) => problem.file === file).map(problemLine)
  // The same mistake may be found in the file and between files.
  return [...new Set(lines)].join('\n')
}

function problemLine(problem: TaskProblem): string {
  return yamlProblemText(problem.file, problem)
}

function invalid(problems: readonly TaskProblem[]): OrchError {
  return new OrchError(
    'invalid-config',
    `The tasks are not valid:\n${problems.map(problemLine).join('\n')}`,
    {
      hint: 'docs/tasks.md describes every key; `iterm-orch config check` looks again.',
      details: { problems },
    },
  )
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
