/** project default. */
import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { registryOf } from './projects-of.ts'

export function addProjectDefault(parent: Command, context: CliContext): void {
  const command = parent
    .command('default')
    .description(
      'Says which project commands mean when they name none with -p and are called in the directory of none; without ' +
        'an argument shows it.',
    )
    .summary('say which project is meant when none is named')
    .argument('[project]', 'name or directory of a project')
    .option('--none', 'no project any more')
    .action(async (wanted: string | undefined, { none = false }: { none?: boolean }) => {
      if (none && wanted !== undefined) {
        throw new OrchError('usage', 'Either a project or none.', { hint: 'Leave out the name or --none.' })
      }
      const name = none || wanted !== undefined ? await change(wanted, context) : await shown(context)
      if (context.out.json) context.out.result({ default: name ?? null })
      else
        context.out.line(name === undefined ? 'There is no default project.' : `Default: ${shownText(name)}`)
    })
  addExamples(command, [
    ['iterm-orch project default shop', 'now `iterm-orch tasks` shows those of shop from everywhere'],
    ['iterm-orch project default --none', 'none any more'],
  ])
}

async function change(wanted: string | undefined, { home }: CliContext): Promise<string | undefined> {
  const { setDefaultProject } = await import('../../projects/change-registry.ts')
  return setDefaultProject(home, wanted)
}

async function shown(context: CliContext): Promise<string | undefined> {
  const { defaultProject } = await registryOf(context)
  return defaultProject
}
