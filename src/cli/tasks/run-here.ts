/** `run --foreground`: reads the files itself, and needs no service. */
import { resolve } from 'node:path'
import { OrchError } from '../../lib/errors.ts'
import { yamlProblemText } from '../../lib/read-yaml.ts'
import type { Task } from '../../runner/task.ts'
import { loadTasks } from '../../tasks/definition/load-tasks.ts'
import { taskSources } from '../../tasks/definition/task-sources.ts'
import { unknownTask } from '../../tasks/schedule/known-tasks.ts'
import { selectTasks } from '../../tasks/schedule/select-tasks.ts'
import type { CliContext } from '../context.ts'
import { runInForeground } from './foreground.ts'

const nothingDefined = 'A file with a mistake defines nothing: see above.'

/** One task after the other, each after what it needs, until one is interrupted. */
export async function runHere(
  patterns: readonly string[],
  options: { set: Readonly<Record<string, string>>; file: readonly string[]; cwd?: string },
  context: CliContext,
): Promise<void> {
  const cwd = resolve(options.cwd ?? '.')
  const files = options.file.map((file) => resolve(file))
  const { tasks, problems } = loadTasks(taskSources(context.home.config, cwd, files))
  for (const problem of problems) context.out.note(yamlProblemText(problem.file, problem))
  const { chosen, unknown } = selectTasks(
    tasks.map(({ task }) => task),
    patterns,
  )
  const [first] = unknown
  if (first !== undefined) {
    const error = unknownTask(
      first,
      tasks.map(({ task }) => task.name),
    )
    throw problems.length === 0 ? error : new OrchError(error.code, error.message, { hint: nothingDefined })
  }
  const interrupted = context.untilInterrupted()
  const failed = new Set<string>()
  for (const task of withNeeds(
    chosen,
    tasks.map((loaded) => loaded.task),
  )) {
    if (task.type === 'daemon' && !chosen.includes(task)) {
      context.out.note(`the daemon ${task.name} is needed, and is not started here: it would never end`)
      continue
    }
    const missing = task.needs.find((need) => failed.has(need))
    if (missing !== undefined) {
      failed.add(task.name)
      context.out.note(`${task.name}: skipped, it needs ${missing}, which did not succeed`)
      continue
    }
    const found = tasks.find((loaded) => loaded.task === task)
    const place = found ? { file: found.file, line: found.line } : {}
    const source = { kind: 'yaml', ...place }
    const { state } = await runInForeground(context, task, { source, variables: options.set, interrupted })
    if (state !== 'completed') failed.add(task.name)
    if (interrupted.aborted) return
  }
}

/** Each once, behind all that it needs. */
function withNeeds(chosen: readonly Task[], all: readonly Task[]): Task[] {
  const byName = new Map(all.map((task) => [task.name, task]))
  const seen = new Set<Task>()
  const order: Task[] = []
  const add = (task: Task) => {
    // Also for circles, which files with mistakes have.
    if (seen.has(task)) return
    seen.add(task)
    for (const need of task.needs) {
      const needed = byName.get(need)
      if (needed) add(needed)
    }
    order.push(task)
  }
  for (const task of chosen) add(task)
  return order
}
