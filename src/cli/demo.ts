import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

export function addDemo(program: Command, context: CliContext): void {
  const command = program
    .command('demo')
    .description(
      'Opens three small programs on the embedded terminal host: one asks for a permission, one asks a ' +
        'question, one just works. They are noticed, answered, and finish, with the times it really took. ' +
        'It has a home, a service and a host of its own, touches nothing else, and cleans up.',
    )
    .summary('see it work, in a few seconds')
    .option('--keep', 'leave it all running at the end, to look around')
    .action(async (options: { keep?: boolean }) => {
      const { runDemo } = await import('./demo/run-demo.ts')
      await runDemo(context, options.keep ?? false)
    })
  addExamples(command, [
    ['iterm-orch demo', 'takes a few seconds'],
    ['iterm-orch demo --keep', 'and says how to look around in it afterwards'],
  ])
}
