/** Whether a start of a session's program is behind the tap, and the secret of that very start. */
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { randomToken } from '../lib/ids.ts'
import type { TerminalKind } from '../terminal/terminal.ts'
import { profileOf } from './profile-of.ts'
import type { SessionContext } from './session.ts'
import type { RecordStore, SessionRecord } from './session-record.ts'

/** Bytes of chance in a secret. */
const secretBytes = 16

/**
 * By default the tap is used in iTerm2, where the agent's profile says so: the embedded host hears itself what
 * programs report.
 */
export function wantsTap(
  { profiles, tapCommand }: Pick<SessionContext, 'profiles' | 'tapCommand'>,
  record: Pick<SessionRecord, 'agent' | 'command' | 'tap'>,
  terminal: TerminalKind,
): boolean {
  if (tapCommand.length === 0) return false
  return record.tap ?? (terminal === 'iterm2' && profileOf(profiles, record).profile.tap)
}

/** What the record says of the tap of the next start. A secret is used once: the tap counts its messages from 1. */
export function nextTap(wanted: boolean): Pick<SessionRecord, 'tapIdentity' | 'tapProgram'> {
  // The tap drops whatever a program prints under an identity that begins so.
  const tapIdentity = wanted ? `iterm-orch-${randomToken(secretBytes)}` : undefined
  return { tapIdentity, tapProgram: undefined }
}

/** Hands the secret in the record to the script, which starts the tap only when it finds it. */
export function writeTapKey(store: RecordStore, { id, tapIdentity }: SessionRecord): void {
  if (tapIdentity === undefined) store.removeTapKey(id)
  else writeFileAtomic(store.tapKeyPath(id), `${tapIdentity}\n`)
}
