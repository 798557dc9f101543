/** The start command of a session, in the form that the terminal takes and gives back. */
import { OrchError } from '../lib/errors.ts'

/**
 * `/bin/sh <script>` for the profile property `Command`. The terminal evaluates the value as an
 * interpolated string and then splits it like a shell, so it must have no backslash (it could begin an
 * expression), and a single quote is written within double quotes.
 *
 * @throws {OrchError} `launch-failed` for a path that cannot be written so.
 */
export function startCommand(script: string): string {
  if (/[\\\0\n]/.test(script)) {
    throw new OrchError('launch-failed', `The path ${script} has a character that a terminal cannot take.`, {
      hint: 'Set ITERM_ORCH_HOME to a directory without backslashes and newlines in its path.',
    })
  }
  return `/bin/sh '${script.replaceAll("'", `'"'"'`)}'`
}
