/** Joins a session's terminal, its agent's profile, and the reading of its screen. */
import type { CompiledProfile } from '../../agents/compiled-profile.ts'
import { readScreen } from '../../agents/reading/read-screen.ts'
import { viewOfPicture } from '../../agents/reading/screen-view.ts'
import { recogniseInFront } from '../../agents/recognise.ts'
import type { AskedPrompt } from '../../agents/session-state.ts'
import type { TypingTerminal } from '../../terminal/terminal.ts'
import { withLinePrompt } from '../line-prompt.ts'
import type { TapView } from '../tap-view.ts'
import type { Keyboard } from './keyboard.ts'
import { TerminalKeyboard } from './terminal-keyboard.ts'

/** What following the session has found out. */
export interface Followed {
  /** Of the agent in front. */
  readonly profile: CompiledProfile
  /** When the program itself last said that it had begun to work, in ms. */
  readonly workReportedAt: number | undefined
  /** The prompt of a line that blocks. */
  readonly linePrompt: AskedPrompt | undefined
  readonly tap: Pick<TapView, 'present' | 'modes' | 'foreground'>
}

/**
 * @param session the session's id in the terminal
 * @param agents profile of the session's own agent, and all that may be in front in its place
 * @param followed undefined: nobody follows the session
 */
export function sessionKeyboard(
  terminal: TypingTerminal,
  session: string,
  agents: { own: CompiledProfile; all: ReadonlyMap<string, CompiledProfile> },
  followed: Followed | undefined,
): Keyboard {
  const { own, all } = agents
  const profile = followed?.profile ?? own
  // One keyboard types one answer: the line that it is about stays the same.
  const linePrompt = followed?.linePrompt
  return new TerminalKeyboard(terminal, session, {
    profile: profile.profile,
    read: (picture) => {
      const reading = readScreen({ screen: viewOfPicture(picture), profile, now: Date.now() })
      return withLinePrompt(reading, picture, linePrompt)
    },
    agentOf: (program) => recogniseInFront(program, all.values(), own)?.profile.profile,
    reportedWork: () => followed?.workReportedAt,
    ...(followed?.tap.present ? { tap: followed.tap } : {}),
  })
}
