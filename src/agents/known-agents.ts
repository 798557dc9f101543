/** How the agents are started. */
import type { CompiledProfile } from './compiled-profile.ts'
import { shippedProfiles } from './load-profiles.ts'
import type { AgentStart } from './profile-schema.ts'

/** Those that are known without configuration. */
export const knownAgents: Readonly<Record<string, AgentStart>> = Object.fromEntries(
  [...shippedProfiles()].map(([name, { start }]) => [name, start]),
)

/** The agent that `launch` takes when none is named and the configuration says nothing else. */
export const defaultAgent = 'claude'

/** How the agents of these profiles are started. */
export function startsOf(profiles: ReadonlyMap<string, CompiledProfile>): Record<string, AgentStart> {
  return Object.fromEntries([...profiles].map(([name, { profile }]) => [name, profile.start]))
}
