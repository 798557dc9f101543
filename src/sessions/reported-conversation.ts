/** Which conversation an agent is in, by what its hooks report. */
import type { AgentProfile } from '../agents/profile-schema.ts'
import type { HookSignal } from '../signals/hooks/hook-signal.ts'

/** How a conversation other than the one before may begin in a running agent: `/clear`, `/resume`. */
const changes: ReadonlySet<string> = new Set(['clear', 'resume'])
/** These speak also of the conversations of helpers, or of one that is being left. */
const unsure: ReadonlySet<string> = new Set(['agent-turn-complete', 'SessionEnd'])

/**
 * The conversation to keep; undefined when the report tells nothing new. An agent that this agent runs as a
 * tool reports under the same session, with a conversation of its own: once one is known, only the agent's own
 * word that it has changed replaces it.
 *
 * @param known the conversation until now
 * @param profile of the session's agent
 */
export function reportedConversation(
  known: string | undefined,
  profile: Pick<AgentProfile, 'name' | 'recognise'>,
  signal: Pick<HookSignal, 'agent' | 'event' | 'source' | 'subagent' | 'conversationId'>,
): string | undefined {
  const { conversationId, event, source, subagent } = signal
  if (conversationId === undefined || conversationId === known || subagent !== undefined) return undefined
  if (!speaksFor(signal.agent, profile) || unsure.has(event)) return undefined
  const begins = event === 'SessionStart' && source !== undefined && changes.has(source)
  return known === undefined || begins ? conversationId : undefined
}

/** Whether hooks that name this agent are those of the profile's program. */
export function speaksFor(
  agent: string,
  { name, recognise }: Pick<AgentProfile, 'name' | 'recognise'>,
): boolean {
  return agent === name || recognise.programs.includes(agent)
}
