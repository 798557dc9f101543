import { lineToAnsi } from '../terminal/line-to-ansi.ts'
import type { Picture, Terminal } from '../terminal/terminal.ts'
import type { Frame } from './session-info.ts'
import { readModes } from './typing/program-modes.ts'
import type { Followed } from './typing/session-keyboard.ts'

export interface FrameSource {
  terminal: Terminal
  /** Id of the session in the terminal. */
  session: string
  /** What following the session has found out. */
  followed(): Pick<Followed, 'profile' | 'tap'> | undefined
  exited(): boolean
}

/** The screen as it changes, for `attach`: styles as escape sequences, and whether pastes are to be marked. */
export async function* frames(
  { terminal, session, followed, exited }: FrameSource,
  signal: AbortSignal,
): AsyncGenerator<Frame, void, void> {
  for await (const picture of terminal.screens(session, signal)) {
    const { profile, tap } = followed() ?? {}
    const modes = await readModes((name) => terminal.variable(session, name).catch(() => null), tap)
    // Where nobody knows the mode, an agent's profile says what it takes.
    const bracketedPaste = modes.bracketedPaste ?? profile?.profile.submit.paste === 'bracketed'
    yield { ...frameOf(picture), exited: exited(), bracketedPaste }
  }
}

function frameOf(picture: Picture): Omit<Frame, 'exited' | 'bracketedPaste'> {
  return {
    columns: picture.columns,
    rows: picture.rows,
    lines: picture.lines.map(lineToAnsi),
    cursor: { x: picture.cursor.x, y: picture.cursor.y - picture.first },
  }
}
