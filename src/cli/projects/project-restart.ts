import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { projectClient } from './project-client-of.ts'
import { theProject } from './projects-of.ts'

export function addProjectRestart(parent: Command, context: CliContext): void {
  const command = parent
    .command('restart')
    .description(
      'Has the service begin anew with a project, with what is on its disk now. What runs goes on; what was waited ' +
        'for in vain (a program that hangs, a disk) is waited for no longer.',
    )
    .summary('begin anew with a project, from what is on its disk')
    .argument(
      '[project]',
      'name or directory of a project (default: the one of this directory, else the only one)',
    )
    .option('-a, --all', 'all projects')
    .action(async (wanted: string | undefined, { all = false }: { all?: boolean }) => {
      if (all && wanted !== undefined) {
        throw new OrchError('usage', 'Name a project, or say --all.', { hint: 'One of the two.' })
      }
      const name = all ? undefined : (await theProject(context, wanted)).name
      const { restarted } = await (await projectClient(context)).restart(name)
      if (context.out.json) return context.out.result({ restarted })
      for (const each of restarted) context.out.line(`Begun anew: ${shownText(each)}`)
      if (restarted.length === 0) context.out.line('No project is registered.')
    })
  addExamples(command, [
    ['iterm-orch project restart shop', 'what runs in it goes on'],
    ['iterm-orch project restart --all', 'every project'],
  ])
}
