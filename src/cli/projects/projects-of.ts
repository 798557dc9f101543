/** What commands about projects begin with. */
import { shownText } from '../../lib/shown-text.ts'
import type { Project, ProjectState } from '../../projects/project.ts'
import type { Registry } from '../../projects/registry.ts'
import type { CliContext } from '../context.ts'
import type { Styles } from '../styles.ts'

export const projectOption = [
  '-p, --project <project>',
  'name or directory of a project (default: the one of this directory, else the only one)',
] as const

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
  const { projects } = await registryOf(context)
  return chooseProject(projects, { wanted })
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
