/** On whose behalf a command about escalations is run. */
import { Option } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { runMark } from '../../lib/run-mark.ts'
import { asksVariable } from '../../signals/hooks/asks-variable.ts'
import type { CliContext } from '../context.ts'

/** The caller's mailbox, or the run whose agent calls; undefined for a person at a shell of their own. */
export async function callerOf({ home }: CliContext, as: string | undefined): Promise<string | undefined> {
  const { ownMailbox } = await import('../../mail/identity.ts')
  try {
    return ownMailbox(as, home)
  } catch (error) {
    if (as === undefined && error instanceof OrchError && error.code === 'mailbox-unknown')
      return runOf(process.env)
    throw error
  }
}

/** An agent without a terminal does not answer its own questions. */
function runOf(env: NodeJS.ProcessEnv): string | undefined {
  const run = env[asksVariable] && env[runMark]
  return run ? `session_${run}` : undefined
}

export function asOption(): Option {
  return new Option(
    '--as <mailbox>',
    'who you are (default: ITERM_ORCH_MAILBOX, or the mailbox of the session; else a person)',
  )
}
