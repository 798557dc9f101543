import { type Command, Option } from 'commander'
import type { BriefRole } from '../../coordination/brief.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'

export function addBrief(program: Command, context: CliContext): void {
  const command = program
    .command('brief')
    .description(
      'Prints the operating instructions for an agent: how it gets work, asks, reports and hands in.',
    )
    .summary('print how an agent works with others here')
    .addOption(
      new Option('--role <role>', 'what it is').choices(['worker', 'orchestrator']).default('worker'),
    )
    .option('--agent <name>', 'name of the agent')
    .action(async ({ role, agent }: { role: BriefRole; agent?: string }) => {
      const { briefFor } = await import('../../coordination/brief.ts')
      const { ITERM_ORCH_MAILBOX: mailbox, ITERM_ORCH_TASK: task, ITERM_ORCH_SESSION: session } = process.env
      const text = briefFor(role, {
        agent,
        mailbox: mailbox || undefined,
        task: task || undefined,
        // Who was launched with a task has it already.
        given: Boolean(session && task),
      })
      if (context.out.json) context.out.result({ role, text })
      else context.out.write(text)
    })
  addExamples(command, [
    ['iterm-orch brief', 'for whoever gets a task'],
    ['iterm-orch brief --role orchestrator --agent claude', 'for one that leads others'],
  ])
}
