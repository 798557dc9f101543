import type { Command } from 'commander'
import { OrchError } from '../lib/errors.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

/** Hidden: `launch` puts it in front of the agents whose profile says so. The binary has a short cut to it. */
export function addTap(program: Command, context: CliContext): void {
  const command = program
    .command('tap', { hidden: true })
    .description(
      'Runs a program on a PTY between it and this terminal. Its bytes pass both ways untouched; what it\n' +
        'reports of itself (status, titles, bells, notifications, modes) is told to the service as well.\n' +
        'Without a terminal, or without the secret of a session (a file that ITERM_ORCH_TAP_KEY_FILE names,\n' +
        'which is deleted), the program simply runs.',
    )
    .usage('-- <program> [arguments...]')
    .argument('[program...]')
    .action(async () => {
      const argv = context.passedThrough ?? []
      if (argv.length === 0) {
        throw new OrchError('usage', 'tap was given no program.', {
          hint: 'Put it behind two dashes: iterm-orch tap -- claude',
        })
      }
      const { runTap } = await import('../signals/tap/run-tap.ts')
      await runTap(argv)
    })
  addExamples(command, [['iterm-orch tap -- claude --continue', 'what launch does in a new tab']])
}
