/** What the commands that only look at projects begin with. */
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Project } from '../../projects/project.ts'
import type { ProjectFiles } from '../../projects/view/read-project.ts'
import { isOver, type ProjectView, type TaskView } from '../../projects/view/task-view.ts'
import type { CliContext } from '../context.ts'

export interface Seen {
  project: Project
  files: ProjectFiles
  view: ProjectView
}

/** What cannot be read is also said beside the result, with exit code 2. */
export async function lookAtProject(context: CliContext, project: Project): Promise<Seen> {
  const { readProject } = await import('../../projects/view/read-project.ts')
  const { viewProject } = await import('../../projects/view/view-project.ts')
  const files = readProject(context.home, project.path)
  const view = viewProject(files, Date.now())
  for (const problem of view.problems) context.out.note(context.out.errorStyle.yellow(shownText(problem)))
  if (view.problems.length > 0) context.exitCode = ExitCode.usage
  return { project, files, view }
}

/** Whether the service that works on the tasks is there. It is not started by looking at them. */
export async function serviceRuns({ home }: CliContext): Promise<boolean> {
  const { lockHolder } = await import('../../service/ensure-service.ts')
  return lockHolder(home) !== undefined
}

/** Says why nothing will be begun, where something waits for it. */
export function noteWhatStands(
  { project, tasks, service }: { project: Project; tasks: readonly TaskView[]; service: boolean },
  { out }: CliContext,
): void {
  if (tasks.every(isOver)) return
  const yellow = out.errorStyle.yellow
  if (project.state === 'disabled') {
    const enable = `iterm-orch project enable ${project.name}`
    out.note(yellow(`Project ${project.name} is disabled: none of its tasks is begun. ${enable}`))
  } else if (!service) {
    out.note(yellow('The service does not run: no task is begun until it does. iterm-orch service start'))
  }
}
