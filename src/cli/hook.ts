import { type Command, Option } from 'commander'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

/** Hidden: agents call it. The binary has a short cut to it, which loads nothing of this. */
export function addHook(program: Command, _context: CliContext): void {
  const command = program
    .command('hook', { hidden: true })
    .description(
      'Tells the service what an agent reports at one of its hooks: JSON on standard input. Says nothing\n' +
        'and never fails; without a service the report waits in a file. `iterm-orch hooks install` puts it\n' +
        'into the settings of an agent.',
    )
    .addOption(new Option('--agent <name>', 'who calls').default('unknown'))
    .option('--always', 'also outside of a session')
    .argument('[event]', 'what has happened, when the JSON does not say so')
    .argument('[json]', 'the JSON, instead of standard input')
    .allowUnknownOption()
    .action(async () => {
      const { reportHook } = await import('../signals/hooks/report-hook.ts')
      await reportHook(process.argv.slice(process.argv.indexOf('hook') + 1))
    })
  addExamples(command, [['iterm-orch hook --agent claude < event.json', 'what an agent does']])
}
