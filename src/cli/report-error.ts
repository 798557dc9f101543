/** Tells people, or programs, what went wrong. */
import { inspect } from 'node:util'
import { CommanderError } from 'commander'
import { ExitCode, errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import type { ErrorBody } from '../service/api.ts'
import type { Output } from './output.ts'

/**
 * Writes the error to standard error: a sentence and what to do next, or with `--json` an `ErrorBody` on
 * one line. A stack trace only with `--debug`.
 *
 * @param helpCommand what shows the help of the command that was mistyped
 * @returns the exit code of the process
 */
export function reportError(error: unknown, out: Output, debug: boolean, helpCommand: string): ExitCode {
  const told = describe(error, helpCommand)
  if (out.json) out.note(JSON.stringify({ error: told.body }))
  else {
    const { red, faint } = out.errorStyle
    out.note(`${red('error:')} ${told.body.message}`)
    if (told.body.hint !== undefined) out.note(faint(told.body.hint))
  }
  if (debug) out.note(inspect(error, { depth: 6 }))
  return told.exitCode
}

function describe(error: unknown, helpCommand: string): { body: ErrorBody['error']; exitCode: ExitCode } {
  if (error instanceof CommanderError) {
    const body = {
      code: 'usage',
      message: sentence(error.message.replace(/^error: /, '').replace('\n(Did you mean', ' (did you mean')),
      hint: `See \`${helpCommand}\`.`,
    }
    return { body, exitCode: ExitCode.usage }
  }
  if (error instanceof OrchError) {
    const { code, message, hint, details } = error
    const body = { code, message, ...(hint && { hint }), ...(details && { details }) }
    return { body, exitCode: error.exitCode }
  }
  const advice = systemAdvice(systemErrorCode(error))
  if (advice !== undefined) {
    const body = { code: 'failed', message: sentence(systemErrorText(error)), hint: advice }
    return { body, exitCode: ExitCode.failed }
  }
  const body = {
    code: 'failed',
    message: `Something unexpected happened: ${errorMessage(error)}`,
    hint: 'Run the command again with --debug to see where, and please report it.',
  }
  return { body, exitCode: ExitCode.failed }
}

/** What to do about what the system refuses; undefined for what nobody expects it to refuse. */
function systemAdvice(code: string | undefined): string | undefined {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'Make room on that disk, and run the command again.'
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
      return 'Mend that path, or set ITERM_ORCH_HOME to a directory that you may write to.'
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open: close some programs, or raise the limit (`ulimit -n`).'
    default:
      return undefined
  }
}

/** `ENOSPC: no space left on device, write` without its code. */
function systemErrorText(error: unknown): string {
  return errorMessage(error).replace(/^E[A-Z]+: /, '')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
