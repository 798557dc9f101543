import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

interface AttachOptions {
  detachKeys: string
  resize: boolean
}

export function addAttach(program: Command, context: CliContext): void {
  const command = program
    .command('attach')
    .description(
      'Shows a session in this terminal, live; what is typed goes to its program. Ctrl-] leaves it, and the ' +
        'program goes on. Works for iTerm2 tabs too, for example over ssh.',
    )
    .summary('show a session in this terminal, and type into it')
    .argument('<session>', 'id, beginning of an id, name or task')
    .option(
      '--detach-keys <keys>',
      'what leaves it: names of keys with commas between, pressed in a row',
      'ctrl-]',
    )
    .option('--no-resize', 'leave the size of the session as it is')
    .action(async (reference: string, options: AttachOptions) => {
      const { attach } = await import('./attach/attach.ts')
      await attach(reference, options, context)
    })
  addExamples(command, [
    ['iterm-orch attach reviewer', 'Ctrl-] leaves it'],
    ['iterm-orch attach 4F2A --detach-keys ctrl-p,ctrl-q', 'leaves it as docker does'],
    ['ssh mac -t iterm-orch attach reviewer', 'an iTerm2 tab of another machine'],
  ])
}
