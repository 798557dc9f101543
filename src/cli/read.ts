import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'
import { wholeNumber } from './parse-number.ts'

/** The service's own limit. */
const mostLines = 1_000_000

export function addRead(program: Command, context: CliContext): void {
  const command = program
    .command('read')
    .description('Prints the screen of a session as text, or the last lines of its history.')
    .summary('print the screen or the history of a session')
    .argument('<session>', 'id, beginning of an id, name or task')
    .option(
      '-l, --lines <number>',
      'the last lines, history included, in place of the screen',
      wholeNumber(1, mostLines),
    )
    .option('--ansi', 'keep colours and styles as escape sequences')
    .action(async (session: string, options: { lines?: number; ansi?: boolean }) => {
      const answer = await (await context.service()).read(session, {
        ...(options.lines !== undefined && { lines: options.lines }),
        ansi: options.ansi ? 'true' : 'false',
      })
      if (context.out.json) context.out.result(answer)
      else for (const line of withoutEmptyEnd(answer.lines)) context.out.line(line)
    })
  addExamples(command, [
    ['iterm-orch read reviewer', 'what is on the screen now'],
    ['iterm-orch read 4F2A --lines 200 --ansi | less -R', 'the last 200 lines, in colour'],
  ])
}

/** The rows of the screen below the last text are no information. */
function withoutEmptyEnd(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return lines.slice(0, last + 1)
}
