import { type Command, CommanderError } from 'commander'
import { ExitCode } from '../lib/errors.ts'
import { childNamed } from './command-tree.ts'
import type { CliContext } from './context.ts'
import { addExamples } from './examples.ts'

export function addHelp(program: Command, context: CliContext): void {
  const command = program
    .command('help')
    .description(`Shows the help of a command, or a topic: ${Object.keys(topics).join(', ')}.`)
    .summary('show help for a command or a topic')
    .argument('[topic...]', 'a command, or a topic')
    .action((words: string[]) => {
      const [topic = ''] = words
      if (words.length === 1 && Object.hasOwn(topics, topic)) context.out.line(topics[topic])
      else commandOf(program, words).outputHelp()
    })
  addExamples(command, [
    ['iterm-orch help service logs', 'the same as iterm-orch service logs --help'],
    ['iterm-orch help exit-codes', 'what the exit codes mean'],
  ])
}

/** Also completed by the shell. */
export const topics: Readonly<Record<string, string>> = {
  'exit-codes': [
    'Exit codes of every command:',
    `  ${ExitCode.done}    done`,
    `  ${ExitCode.failed}    failed; the message says why`,
    `  ${ExitCode.usage}    the command line, a name, a task file or config.yaml is not right`,
    `  ${ExitCode.notFound}    not found: a session, escalation, agent, task, project, program, mailbox, message or orchestrator (also: the name is ambiguous)`,
    `  ${ExitCode.terminalUnavailable}    no terminal can be reached, or it went away`,
    `  ${ExitCode.notConfirmed}    typed, but the screen does not show that it was taken; or it waits in the session’s mailbox`,
    `  ${ExitCode.noAnswer}    nobody answered in time (the question stays open), nothing came, or there is nothing to claim`,
    `  ${ExitCode.refused}    denied, rejected, or not allowed`,
    `  ${ExitCode.limited}    the account is at its usage limit, or its login has failed`,
    '  130  interrupted by Ctrl-C (in general 128 and the number of the signal)',
  ].join('\n'),
  environment: [
    'Environment variables:',
    '  ITERM_ORCH_HOME       where everything is kept (default: ~/.iterm-orch)',
    '  ITERM_ORCH_TERMINAL   iterm2, host or auto (default: as in config.yaml, else auto)',
    '  ITERM_ORCH_MAILBOX    whose mailbox ask, inbox, coord, orch … use; set in launched sessions',
    '  ITERM_ORCH_TASK       the task that messages belong to; set in launched sessions',
    '  ITERM_ORCH_SESSION    the session one runs in; set in launched sessions',
    '  ITERM_ORCH_LOG_LEVEL  how much the service writes into its log: debug, info, warn, error',
    '  NO_COLOR              no colours, when it is not empty',
    '  FORCE_COLOR           colours even when the output is not a terminal',
    '  ITERM2_COOKIE, ITERM2_KEY, IT2_SUITE   as iTerm2 gives them to its scripts',
  ].join('\n'),
}

function commandOf(program: Command, words: readonly string[]): Command {
  let command = program
  for (const word of words) {
    const child = childNamed(command, word)
    if (!child) {
      throw new CommanderError(
        2,
        'commander.unknownCommand',
        `error: there is no command or topic '${words.join(' ')}'`,
      )
    }
    command = child
  }
  return command
}
