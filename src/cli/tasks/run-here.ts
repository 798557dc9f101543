/** `run --foreground`: reads the files itself, and needs no service. */
import { resolve } from 'node:path'
import { OrchError } from '../../lib/errors.ts'
import { yamlProblemText } from '../../lib/read-yaml.ts'
import { loadTasks } from '../../tasks/definition/load-tasks.ts'
import { taskSources } from '../../tasks/definition/task-sources.ts'
import { selectTasks } from '../../tasks/schedule/select-tasks.ts'
import type { CliContext } from '../context.ts'
import { runInForeground } from './foreground.ts'

/** One task after the other, in the order of the files, until one is interrupted. What they need is not run. */
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
  if (unknown.length > 0) throw unknownTasks(unknown, problems.length > 0)
  const interrupted = context.untilInterrupted()
  for (const task of chosen) {
    const found = tasks.find((loaded) => loaded.task === task)
    const place = found ? { file: found.file, line: found.line } : {}
    const source = { kind: 'yaml', ...place }
    await runInForeground(context, task, { source, variables: options.set, interrupted })
    if (interrupted.aborted) return
  }
}

function unknownTasks(names: readonly string[], withProblems: boolean): OrchError {
  return new OrchError('task-not-found', `There is no task ${names.join(', ')}.`, {
    hint: withProblems
      ? 'A file with a mistake defines nothing: see above.'
      : 'See `iterm-orch list` for the tasks that there are.',
  })
}
