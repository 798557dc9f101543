/** A session of iTerm2 while its API cannot be reached: AppleScript types, and nobody follows it. */
import type { CompiledProfile } from '../../agents/compiled-profile.ts'
import { OrchError } from '../../lib/errors.ts'
import type { TypingTerminal } from '../../terminal/terminal.ts'
import type { SessionRecord } from '../session-record.ts'
import type { Followed } from './session-keyboard.ts'

/**
 * @param appleScript the terminal through AppleScript, or why there is none on this computer
 * @throws {OrchError} `terminal-unavailable` where AppleScript is no way into the session
 */
export function scriptableTerminal(
  { name, terminal }: Pick<SessionRecord, 'name' | 'terminal'>,
  appleScript: TypingTerminal | string,
): TypingTerminal {
  const why = terminal === 'host' ? 'it is in the embedded host' : appleScript
  if (typeof why !== 'string') return why
  throw new OrchError('terminal-unavailable', `AppleScript is no way into "${name}": ${why}.`, {
    hint: 'Run `iterm-orch doctor`.',
  })
}

/** What is left of the following when nobody follows: the agent it was opened with, and its open question. */
export function unfollowed(own: CompiledProfile, { waitsFor }: SessionRecord): Followed {
  // A question on a line of a plain program is known by that line; those of agents are read anew.
  const linePrompt = own.profile.inputBox === undefined ? waitsFor?.prompt : undefined
  const tap = { present: false, modes: undefined, foreground: async () => undefined }
  return { profile: own, workReportedAt: undefined, linePrompt, tap }
}
