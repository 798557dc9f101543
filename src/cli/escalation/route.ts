import { type Command, Option } from 'commander'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'

interface RouteOptions {
  kind: string
  text: string
  task?: string
  urgent?: true
  betweenAgents?: true
  terminal: boolean
}

const kinds = ['permission', 'blocker', 'question', 'discussion', 'progress', 'context', 'review']

export function addRoute(program: Command, context: CliContext): void {
  const command = program
    .command('route')
    .description(
      'Explains which way a question goes: through which channel, and who is asked. Rules of ' +
        '`escalation.routing` in config.yaml are looked at first. Nothing is sent.',
    )
    .summary('explain where a question would go')
    .addOption(new Option('--kind <kind>', 'what it is').choices(kinds).default('question'))
    .requiredOption('--text <text>', 'what is asked or said')
    .option('--task <task>', 'the task that it belongs to')
    .option('--urgent', 'nothing goes on without it')
    .option('--between-agents', 'it is asked by one agent and meant for another')
    .option('--no-terminal', 'as it would go where no terminal can be reached')
    .action(async (options: RouteOptions) => {
      const [{ Communication, classifyQuestion, routeChannel }, { loadConfig }] = await Promise.all([
        import('../../escalation/routing.ts'),
        import('../../service/config.ts'),
      ])
      const { routing, ladder } = loadConfig(context.home).escalation
      const { text, task, urgent, betweenAgents, terminal } = options
      const question = {
        kind: Communication.parse(options.kind),
        text,
        task,
        urgent,
        betweenAgents,
        terminal,
      }
      const channel = routeChannel(question, routing)
      const needs = classifyQuestion(question, routing)
      const { out } = context
      if (out.json) return out.result({ question, channel, needs, ladder })
      out.line(`channel  ${out.style.bold(channel.to)}  ${out.style.faint(channel.reason)}`)
      out.line(`needs    ${out.style.bold(needs.to)}  ${out.style.faint(needs.reason)}`)
      out.line(`asked    ${ladder.join(' → ')}`)
    })
  addExamples(command, [
    ['iterm-orch route --text "Which of the three configs?"', 'a clarification: answered where it is asked'],
    ['iterm-orch route --kind permission --text "May I write to /var/log?"', 'leaves a trail'],
    ['iterm-orch route --kind progress --text "Stage 2 of 5 is done"', 'is batched'],
  ])
}
