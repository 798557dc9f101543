/** The profile by which a session's screen is read and its program is typed into. */
import { basename } from 'node:path'
import type { CompiledProfile } from '../agents/compiled-profile.ts'
import type { ProfileStore } from '../agents/profile-store.ts'
import type { SessionRecord } from './session-record.ts'

/** The profile of the agent's name, else the one that knows the program, else the one for all others. */
export function profileOf(
  { profiles }: ProfileStore,
  { agent, command }: Pick<SessionRecord, 'agent' | 'command'>,
): CompiledProfile {
  const named = profiles.get(agent)
  if (named) return named
  const program = basename(command[0] ?? '')
  for (const profile of profiles.values()) {
    if (profile.profile.recognise.programs.includes(program)) return profile
  }
  const other = profiles.get('shell')
  if (other) return other
  throw new Error('the profile "shell" is missing')
}
