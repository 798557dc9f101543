/** The modes that a program has set in its terminal, as far as they matter to whoever types into it. */
import { z } from 'zod'
import type { JsonValue } from '../../iterm2/json.ts'
import type { TapView } from '../tap-view.ts'

const Modes = z.object({
  bracketedPaste: z.boolean().optional(),
  alternateScreen: z.boolean().optional(),
  applicationCursor: z.boolean().optional(),
})
export type ProgramModes = z.infer<typeof Modes>

/**
 * As the terminal itself knows them, or else the tap in front of the program; what nobody knows is undefined.
 *
 * @param variable reads a variable of the session; null when the terminal has none of that name
 */
export async function readModes(
  variable: (name: string) => Promise<JsonValue>,
  tap: Pick<TapView, 'modes'> | undefined,
): Promise<ProgramModes> {
  const known = Modes.safeParse(await variable('orch.modes')).data
  return {
    bracketedPaste: known?.bracketedPaste ?? tap?.modes?.bracketedPaste,
    alternateScreen: known?.alternateScreen ?? tap?.modes?.alternateScreen,
    applicationCursor: known?.applicationCursor,
  }
}
