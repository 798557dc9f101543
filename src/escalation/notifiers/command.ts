/** A command of the user's: the notice comes as JSON on its standard input, and in variables. */

import type { Notice } from './notice.ts'
import { type Notifier, NotifierError } from './notifier.ts'
import type { CommandConfig } from './notifier-config.ts'
import { runProgram } from './run-program.ts'

export interface CommandDeps {
  env: NodeJS.ProcessEnv
  /** Told what the command printed, redacted. */
  onOutput?(output: string): void
}

export function commandNotifier(config: CommandConfig, { env, onOutput }: CommandDeps): Notifier {
  const { name, command, timeoutSeconds } = config
  const argv = typeof command === 'string' ? ['/bin/sh', '-c', command] : command
  return {
    name,
    async send(notice, signal) {
      const ran = await runProgram({
        argv,
        env: { ...env, ...variablesOf(notice) },
        input: `${JSON.stringify(notice)}\n`,
        timeoutMs: timeoutSeconds * 1_000,
        signal,
      })
      if (ran.output !== '') onOutput?.(ran.output)
      const said = ran.output === '' ? '' : `: ${ran.output}`
      if (ran.state === 'missing') throw new NotifierError('misconfigured', `There is no program ${argv[0]}.`)
      if (ran.state === 'timeout') {
        throw new NotifierError('timeout', `The command did not end within ${timeoutSeconds} s${said}`)
      }
      if (ran.code !== 0) throw new NotifierError('failed', `The command failed (${ran.ending})${said}`)
    },
  }
}

/** With names of their own: ITERM_ORCH_SESSION and the like say whose mailbox a command uses. */
function variablesOf(notice: Notice): Record<string, string> {
  const { session, commands, options } = notice
  const values = {
    ID: notice.id,
    TITLE: notice.title,
    BODY: notice.body,
    KIND: notice.kind,
    URGENCY: notice.urgency,
    SESSION: session?.id ?? '',
    SESSION_NAME: session?.name ?? '',
    AGENT: notice.agent,
    TASK: notice.task,
    REASON: notice.reason,
    OPTIONS: options.map(({ number, label }) => `${number}. ${label}`).join('\n'),
    COMMANDS: commands.join('\n'),
    LINK: notice.link ?? '',
    COUNT: String(notice.count ?? 1),
    SINCE: notice.since,
  }
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`ITERM_ORCH_NOTICE_${key}`, value]))
}
