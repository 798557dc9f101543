import { Iterm2Error } from '../iterm2/errors.ts'
import { OrchError } from '../lib/errors.ts'
import type { TerminalKind } from './terminal-kind.ts'

const silenceHints: Readonly<Record<TerminalKind, string>> = {
  iterm2: 'iTerm2 may be showing a dialog: answer it and try again.',
  host: 'The embedded host may be stopped or overloaded: see `iterm-orch host status`.',
}

/** Runs a call of the iTerm2 client and turns its error into one for people. */
export async function translated<T>(kind: TerminalKind, what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw error instanceof Iterm2Error ? toOrchError(kind, what, error) : error
  }
}

function toOrchError(kind: TerminalKind, what: string, error: Iterm2Error): OrchError {
  const options = { cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) }
  if (error.status === 'SESSION_NOT_FOUND') {
    return new OrchError('session-gone', `Could not ${what}: its program has ended, or it is closed.`, {
      hint: 'See `iterm-orch ps`; `iterm-orch restart-session` starts the program again.',
      cause: error,
    })
  }
  if (error.code === 'timeout') {
    return new OrchError('timeout', `Could not ${what}: the terminal did not answer.`, {
      hint: silenceHints[kind],
      cause: error,
    })
  }
  if (error.code === 'disconnected' || error.code === 'aborted') {
    return new OrchError('terminal-lost', `Could not ${what}: the connection to the terminal is lost.`, {
      hint: 'Run `iterm-orch doctor`.',
      cause: error,
    })
  }
  if (error.code === 'unsupported') return new OrchError('unsupported-by-terminal', error.message, options)
  return new OrchError('failed', `Could not ${what}: ${error.message}`, options)
}
