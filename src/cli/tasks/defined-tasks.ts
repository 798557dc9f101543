/** The tasks that a command sees from where it runs. None of this needs the service. */
import type { Command } from 'commander'
import { ExitCode } from '../../lib/errors.ts'
import type { LoadedTask, LoadedTasks } from '../../tasks/definition/load-tasks.ts'
import type { CliContext } from '../context.ts'

export interface FilesOption {
  file: string[]
}

export function withFiles(command: Command): Command {
  return command.option<string[]>(
    '-f, --file <file>',
    'a file with tasks; repeat it for more',
    (file, before) => [...before, file],
    [],
  )
}

export interface Definitions extends LoadedTasks {
  /** Whether a task runs by itself, by its file and by what people decided since. */
  isEnabled(task: LoadedTask): boolean
}

/** Reads the files; what is wrong in them is told, and makes the exit code 2. */
export async function definedTasks(context: CliContext, { file }: FilesOption): Promise<Definitions> {
  const [{ loadTasks }, { taskSources }, { isEnabled, TaskControls }, { yamlProblemText }] =
    await Promise.all([
      import('../../tasks/definition/load-tasks.ts'),
      import('../../tasks/definition/task-sources.ts'),
      import('../../tasks/schedule/task-controls.ts'),
      import('../../lib/read-yaml.ts'),
    ])
  const loaded = loadTasks(taskSources(context.home.config, process.cwd(), file))
  if (loaded.problems.length > 0) context.exitCode = ExitCode.usage
  if (!context.out.json) {
    for (const problem of loaded.problems) context.out.note(yamlProblemText(problem.file, problem))
  }
  const controls = new TaskControls(context.home)
  controls.look((what) =>
    context.out.note(`${what}. What was enabled and disabled by commands is not shown.`),
  )
  return {
    ...loaded,
    isEnabled: (each) => isEnabled(each, controls.of(each.task.name), context.home.config),
  }
}
