import { OrchError } from '../lib/errors.ts'
import type { Picture, Terminal } from '../terminal/terminal.ts'

/**
 * What the terminal shows at this moment; undefined when it does not have the session any more.
 *
 * @param lines the last lines with the history; undefined: the screen
 * @param rows of the screen: those below the cursor are empty, so a screen more is asked for than is wanted
 */
export async function currentPicture(
  terminal: Terminal,
  session: string,
  lines: number | undefined,
  rows: number,
): Promise<Picture | undefined> {
  try {
    return await (lines === undefined
      ? terminal.readScreen(session)
      : terminal.readTrailing(session, lines + rows))
  } catch (error) {
    if (error instanceof OrchError && error.code === 'session-gone') return undefined
    throw error
  }
}
