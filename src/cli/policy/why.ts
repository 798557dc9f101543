import type { Command } from 'commander'
import type { TracedRule } from '../../escalation/escalation.ts'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { escalationArgument } from '../escalation/escalation-id.ts'
import { addExamples } from '../examples.ts'

export function addPolicyWhy(parent: Command, context: CliContext): void {
  const command = parent
    .command('why')
    .description(
      'Says what the rules decided about an escalation when it was asked: which rule, and why; which rules were ' +
        'tried, and why each did not match.',
    )
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
      const { action, reason, rules = [], dryRun, at, reported, trace = [] } = policy
      context.out.line(`${dryRun ? `would ${action}` : action}: ${shownText(reason)}`)
      for (const rule of rules) context.out.line(`  rule ${shownText(rule)}`)
      const teller = reported ? 'the screen, and the agent at its hook' : 'the screen alone'
      context.out.line(`  at ${at}, as told by ${teller}`)
      if (trace.length > 0) context.out.line('  tried, in order:')
      for (const step of trace) context.out.line(`    ${tracedText(step)}`)
    })
  addExamples(command, [['iterm-orch policy why k3v8xq1a', 'why it was approved, or was not']])
}

function tracedText({ part, rule, at, whyNot }: TracedRule): string {
  const result = whyNot === undefined ? 'matches' : `does not match, ${whyNot}`
  return shownText(`${part}: "${rule}" (${at}) ${result}`)
}
