import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { policiesHere } from './policies-here.ts'

export function addPolicyTry(parent: Command, context: CliContext): void {
  const command = parent
    .command('try')
    .description(
      'Says what the rules that hold here would decide about a command that an agent wants to run in this ' +
        'directory, by which rule, and why the others do not match. Nothing is run or answered.',
    )
    .summary('say what the rules decide about a command')
    .argument('<command>', 'the command, in quotes')
    .option('-a, --agent <name>', 'the agent that asks', 'claude')
    .action(async (text: string, { agent }: { agent: string }) => {
      const [{ PolicyCases, tryCase }, { explainDecision }] = await Promise.all([
        import('../../escalation/policy/policy-cases.ts'),
        import('../../escalation/policy/explain-decision.ts'),
      ])
      const { policies, place } = await policiesHere(context)
      const [each] = PolicyCases.parse({ cases: [{ agent, command: text, expect: 'hold' }] }).cases
      if (!each) return
      const { decision } = tryCase(each, policies, place, new Date())
      if (context.out.json) context.out.result(decision)
      else for (const line of explainDecision(decision)) context.out.line(line)
    })
  addExamples(command, [
    ["iterm-orch policy try 'git push --force'", 'whether it would be approved, and why'],
  ])
}
