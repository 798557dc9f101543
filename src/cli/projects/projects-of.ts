/** What commands about projects begin with. */
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Project, ProjectState } from '../../projects/project.ts'
import type { Registry } from '../../projects/registry.ts'
import type { CliContext } from '../context.ts'
import type { Styles } from '../styles.ts'

export const projectOption = [
  '-p, --project <project>',
  'name or directory of a project (default: the one of this directory, else the default project, else the only one)',
] as const

export const allOption = ['-a, --all', 'of all projects'] as const

/** What is wrong with entries is also said beside the result. */
export async function registryOf({ home, out }: CliContext): Promise<Registry> {
  const { readRegistry } = await import('../../projects/registry.ts')
  const registry = readRegistry(home)
  for (const problem of registry.problems)
    out.note(out.errorStyle.yellow(`${home.registered}: ${shownText(problem)}`))
  return registry
}

export async function theProject(context: CliContext, wanted: string | undefined): Promise<Project> {
  const { chooseProject } = await import('../../projects/choose-project.ts')
  return chooseProject(await registryOf(context), { wanted })
}

/** One, or with `all` those that can be looked at; of the others it is said why not. */
export async function theProjects(
  context: CliContext,
  { project, all = false }: { project?: string; all?: boolean },
): Promise<Project[]> {
  if (!all) return [await theProject(context, project)]
  if (project !== undefined) {
    throw new OrchError('usage', 'Either one project or all of them.', { hint: 'Leave out -p or --all.' })
  }
  const { projects } = await registryOf(context)
  const isThere = ({ state }: Project) => state === 'ready' || state === 'disabled'
  for (const { name, reason } of projects.filter((one) => !isThere(one))) {
    context.out.note(context.out.errorStyle.yellow(`Project ${name} is left out: ${shownText(reason)}.`))
  }
  return projects.filter(isThere)
}

export function styledProjectState(state: ProjectState, style: Styles): string {
  return style[stateStyles[state]](state)
}

const stateStyles = {
  ready: 'green',
  disabled: 'faint',
  missing: 'yellow',
  unreadable: 'red',
} as const satisfies Record<ProjectState, keyof Styles>
