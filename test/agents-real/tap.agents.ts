import { describe, expect, it } from 'vitest'
import { useAgents } from '../support/agents/use-agents.ts'
import type { Script } from '../support/model-server/server.ts'
import { runCommand } from '../support/model-server/tools.ts'

const { client, launch, model, script } = useAgents()

/** Wants to run a command, and tells what came of it. */
const commander: Script = (turn) => {
  if (turn.toolResults.length > 0) return { text: 'All done.' }
  if (!/marker/.test(turn.prompt)) return { text: 'Hello from the model.' }
  return { text: 'I will create it.', toolCalls: [runCommand(turn, 'echo made > marker.txt && echo RAN')] }
}

describe.each(['claude', 'codex'] as const)('%s behind the tap', (agent) => {
  it('is launched, blocked, noticed, approved, resized, prompted and finishes', async () => {
    script(commander)
    const session = await launch(agent, 'create the marker', { tap: true })
    const { blocker } = await session.blocked()
    expect(blocker.kind).toBe('permission')
    await session.approve()
    await session.sent(model(), ({ toolResults }) => toolResults.join().includes('RAN'))
    expect(session.file('marker.txt')).toBe('made\n')
    await session.until('idle')
    await client().resize(session.id, 90, 30)
    await session.submit('say hello instead')
    await session.sent(model(), ({ prompt }) => prompt === 'say hello instead')
    await session.shows('Hello from the model.')
    await session.until('idle')
    expect(await client().why(session.id)).not.toHaveProperty('tapSilent')
  })
})
