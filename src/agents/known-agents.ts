/** How the agents are started that are known without configuration. */
import { shippedProfiles } from './load-profiles.ts'
import type { AgentStart } from './profile-schema.ts'

export const knownAgents: Readonly<Record<string, AgentStart>> = Object.fromEntries(
  [...shippedProfiles()].map(([name, { start }]) => [name, start]),
)

/** The agent that `launch` takes when none is named and the configuration says nothing else. */
export const defaultAgent = 'claude'
