import type { Command } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { escalationArgument } from './escalation-id.ts'

export function addShow(program: Command, context: CliContext): void {
  const command = program
    .command('show')
    .description(
      'Tells the whole story of an escalation, open or over: what was asked, what the policy said, who was told ' +
        'through which channel with what result, which answers came and what became of them, how the answer ' +
        'was brought to the agent.',
    )
    .summary('tell the whole story of a question')
    .argument(...escalationArgument)
    .action(async (reference: string) => {
      const escalation = await (await context.service()).escalation(reference)
      const { out } = context
      if (out.json) return out.result({ escalation })
      const { storyText } = await import('./story-text.ts')
      out.write(storyText(escalation, Date.now(), out))
    })
  addExamples(command, [
    ['iterm-orch show k3v8xq1a', 'times, levels, answers, outcome'],
    [`iterm-orch show k3v8xq1a --json | jq '.escalation.answers'`, 'all answers that came'],
  ])
}
