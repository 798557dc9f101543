/** Tells people, or programs, what went wrong. */
import { inspect } from 'node:util'
import { CommanderError } from 'commander'
import { ExitCode, errorMessage, OrchError } from '../lib/errors.ts'
import { describeSystemError } from '../lib/system-error.ts'
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
  const refused = describeSystemError(error)
  if (refused) return { body: { code: 'failed', ...refused }, exitCode: ExitCode.failed }
  const body = {
    code: 'failed',
    message: `Something unexpected happened: ${errorMessage(error)}`,
    hint: 'Run the command again with --debug to see where, and please report it.',
  }
  return { body, exitCode: ExitCode.failed }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
