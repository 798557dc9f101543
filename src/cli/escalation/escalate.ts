import { type Command, Option } from 'commander'
import type { Level } from '../../escalation/escalation.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { asOption, callerOf } from './caller.ts'
import { escalationArgument, shortEscalation } from './escalation-id.ts'

const levels: readonly Level[] = ['peer', 'orchestrator', 'desktop', 'human']

export function addEscalate(program: Command, context: CliContext): void {
  const command = program
    .command('escalate')
    .description(
      'Passes a question up, to the next level or a given one, with the reason why it is not answered here. The ' +
        'answer from above is typed into the session, and told in the threads of all who were asked before.',
    )
    .summary('pass a question up')
    .argument(...escalationArgument)
    .argument('<reason>', 'why; it is shown to those above')
    .addOption(new Option('--to <level>', 'skips the levels between').choices(levels))
    .addOption(asOption())
    .action(async (reference: string, reason: string, { to, as }: { to?: Level; as?: string }) => {
      const by = await callerOf(context, as)
      const service = await context.service()
      const escalation = await service.raise(reference, {
        reason,
        ...(by !== undefined && { by }),
        ...(to !== undefined && { to }),
      })
      const { out } = context
      if (out.json) return out.result({ escalation })
      const { nextText } = await import('./escalation-table.ts')
      const next = out.style.faint(nextText(escalation, Date.now()))
      out.line(
        `${shortEscalation(escalation)} is at the level ${out.style.bold(escalation.level)} now  ${next}`,
      )
    })
  addExamples(command, [
    ['iterm-orch escalate k3v8xq1a "it is about production"', 'one level up'],
    ['iterm-orch escalate k3v8xq1a "needs a person" --to human', 'at once to the top'],
  ])
}
