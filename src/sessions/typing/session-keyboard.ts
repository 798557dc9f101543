/** Joins a session's terminal, its agent's profile, and the reading of its screen. */
import type { ProfileStore } from '../../agents/profile-store.ts'
import { readScreen } from '../../agents/reading/read-screen.ts'
import { viewOfPicture } from '../../agents/reading/screen-view.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { profileOf } from '../profile-of.ts'
import type { SessionRecord } from '../session-record.ts'
import type { Keyboard } from './keyboard.ts'
import { TerminalKeyboard } from './terminal-keyboard.ts'

/** @param session the session's id in the terminal */
export function sessionKeyboard(
  terminal: Terminal,
  session: string,
  record: Pick<SessionRecord, 'agent' | 'command'>,
  profiles: ProfileStore,
  reportedWork: () => number | undefined,
): Keyboard {
  const profile = profileOf(profiles, record)
  return new TerminalKeyboard(terminal, session, {
    profile: profile.profile,
    read: (picture) => readScreen({ screen: viewOfPicture(picture), profile, now: Date.now() }),
    reportedWork,
  })
}
