import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

/** Hidden: agents call it. The binary has a short cut to it. */
export function addAskPermission(program: Command, _context: CliContext): void {
  const command = program
    .command('ask-permission', { hidden: true })
    .description(
      'Asks for what an agent without a terminal wants and its permissions do not allow: JSON on standard input,\n' +
        'its decision on standard output. Waits until somebody has answered the escalation.',
    )
    .option('--agent <name>', 'who asks')
    .option('--task <name>', 'what it works on')
    .option('--within <ms>', 'how long it waits; then it is denied')
    .action(async () => {
      const { askPermission } = await import('../signals/hooks/ask-permission.ts')
      await askPermission(process.argv.slice(process.argv.indexOf('ask-permission') + 1))
    })
  addExamples(command, [
    [
      'iterm-orch ask-permission --agent claude --task task-mend-20260301-120000 --within 3600000 < event.json',
      'what an agent does',
    ],
  ])
}
