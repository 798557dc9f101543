import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import type { CliContext } from '../context.ts'
import { escalationArgument } from '../escalation/escalation-id.ts'
import { addExamples } from '../examples.ts'
import { plainText } from '../plain-text.ts'

export function addPolicyWhy(parent: Command, context: CliContext): void {
  const command = parent
    .command('why')
    .description('Says what the rules decided about an escalation when it was asked: which rule, and why.')
    .summary('say which rule decided about a question, and why')
    .argument(...escalationArgument)
    .action(async (reference: string) => {
      const { id, policy } = await (await context.service()).escalation(reference)
      if (!policy) {
        throw new OrchError('failed', 'No rules were asked: there were none for its directory.', {
          hint: '`iterm-orch policy check` shows the rules that hold in a directory.',
        })
      }
      if (context.out.json) {
        context.out.result({ escalation: id, policy })
        return
      }
      const { action, reason, rules = [], dryRun, at } = policy
      context.out.line(`${dryRun ? `would ${action}` : action}: ${plainText(reason)}`)
      for (const rule of rules) context.out.line(`  rule ${plainText(rule)}`)
      context.out.line(`  at ${at}`)
    })
  addExamples(command, [['iterm-orch policy why k3v8xq1a', 'why it was approved, or was not']])
}
