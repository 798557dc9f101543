import { describe, expect, it } from 'vitest'
import { useAgents } from '../support/agents/use-agents.ts'

const { launch, model, script } = useAgents()

describe.each(['claude', 'codex'] as const)('%s', (agent) => {
  it('gets its operating instructions beside its task, not in it', async () => {
    script(() => ({ text: 'Hello from the model.' }))
    const session = await launch(agent, 'say hello')
    const turn = await session.sent(model(), ({ prompt }) => prompt === 'say hello')
    const { mailbox } = await session.info()
    expect(JSON.stringify(turn.body)).toContain(`Your mailbox is \`${mailbox}\``)
  })
})

describe('gemini', () => {
  it('gets its operating instructions behind its task', async () => {
    script(() => ({ text: 'Hello from the model.' }))
    const session = await launch('gemini', 'say hello')
    const turn = await session.sent(model(), ({ prompt }) => prompt.includes('say hello'))
    const { mailbox } = await session.info()
    expect(turn.prompt).toContain(`Your mailbox is \`${mailbox}\``)
  })
})
