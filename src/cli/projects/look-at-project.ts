/** What the commands that only look at projects begin with. */
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Project } from '../../projects/project.ts'
import type { ProjectFiles } from '../../projects/view/read-project.ts'
import { isOver, type ProjectView, type TaskView } from '../../projects/view/task-view.ts'
import type { CliContext } from '../context.ts'
import { configured } from './settings-text.ts'

export interface Seen {
  project: Project
  files: ProjectFiles
  view: ProjectView
}

/**
 * What cannot be read is also said beside the result, with exit code 2.
 *
 * @param options.overSince of tasks that were over before then only their end is wanted; ms since 1970
 */
export async function lookAtProject(
  context: CliContext,
  project: Project,
  options: { overSince?: number } = {},
): Promise<Seen> {
  const { readProject } = await import('../../projects/view/read-project.ts')
  const { viewProject } = await import('../../projects/view/view-project.ts')
  const files = readProject(context.home, project.path, options)
  const usual = { project: project.settings, config: await configured(context) }
  const view = viewProject(files, Date.now(), usual)
  for (const problem of view.problems) context.out.note(context.out.errorStyle.yellow(shownText(problem)))
  if (view.problems.length > 0) context.exitCode = ExitCode.usage
  return { project, files, view }
}

export interface ServiceLook {
  /** It works on the tasks; it is not started by looking at them. */
  runs: boolean
  /** Why it cannot work on a project, by the project's name. */
  troubles: ReadonlyMap<string, string>
}

/** Someone waits for a listing, which is right without this. */
const askMs = 1_000

export async function lookAtService({ home }: CliContext): Promise<ServiceLook> {
  const { lockHolder } = await import('../../service/ensure-service.ts')
  if (lockHolder(home) === undefined) return { runs: false, troubles: new Map() }
  const { ServiceClient } = await import('../../service/client.ts')
  const { ProjectList } = await import('../../service/project-api.ts')
  try {
    const client = new ServiceClient(home.serviceSocket)
    const { projects } = await client.call('GET', '/projects', ProjectList, undefined, askMs)
    const stuck = projects.filter(({ state }) => state === 'trouble' || state === 'hanging')
    return { runs: true, troubles: new Map(stuck.map(({ name, reason }) => [name, reason])) }
  } catch {
    // It starts, stops, or is of another version.
    return { runs: true, troubles: new Map() }
  }
}

/** Says why nothing will be begun, where something waits for it. */
export function noteWhatStands(
  { project, tasks, service }: { project: Project; tasks: readonly TaskView[]; service: ServiceLook },
  { out }: CliContext,
): void {
  const { yellow, red } = out.errorStyle
  const trouble = service.troubles.get(project.name)
  if (trouble !== undefined)
    out.note(red(`The service cannot work on project ${project.name}: ${shownText(trouble)}`))
  if (tasks.every(isOver)) return
  if (project.state === 'disabled') {
    const enable = `iterm-orch project enable ${project.name}`
    out.note(yellow(`Project ${project.name} is disabled: none of its tasks is begun. ${enable}`))
  } else if (!service.runs) {
    out.note(yellow('The service does not run: no task is begun until it does. iterm-orch service start'))
  }
}
