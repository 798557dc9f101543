import { describe, expect, it } from 'vitest'
import { shippedProfiles } from '../../src/agents/load-profiles.ts'
import { reportedConversation } from '../../src/sessions/reported-conversation.ts'

const codex = shippedProfiles().get('codex')

function kept(known: string | undefined, change: Partial<Parameters<typeof reportedConversation>[2]> = {}) {
  if (!codex) throw new Error('no profile of Codex')
  const signal = { agent: 'codex', event: 'SessionStart', source: 'startup', conversationId: 'b', ...change }
  return reportedConversation(known, codex, signal)
}

describe('the conversation that hooks report', () => {
  it('is the first that the agent names', () => {
    expect(kept(undefined)).toBe('b')
    expect(kept(undefined, { event: 'PreToolUse' })).toBe('b')
  })

  it('is another one when the agent says that it has changed', () => {
    expect(kept('a', { source: 'clear' })).toBe('b')
    expect(kept('a', { source: 'resume' })).toBe('b')
    expect(kept('b', { source: 'resume' })).toBeUndefined()
  })

  it('is not that of an agent that this agent runs, of a helper, or one that is being left', () => {
    expect(kept('a')).toBeUndefined()
    expect(kept('a', { event: 'UserPromptSubmit' })).toBeUndefined()
    expect(kept(undefined, { agent: 'claude' })).toBeUndefined()
    expect(kept(undefined, { subagent: 'x' })).toBeUndefined()
    expect(kept(undefined, { event: 'agent-turn-complete' })).toBeUndefined()
    expect(kept(undefined, { event: 'SessionEnd' })).toBeUndefined()
    expect(kept(undefined, { conversationId: undefined })).toBeUndefined()
  })
})
