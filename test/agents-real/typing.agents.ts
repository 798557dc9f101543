import { describe, expect, it } from 'vitest'
import { useAgents } from '../support/agents/use-agents.ts'
import type { Script } from '../support/model-server/server.ts'
import { ask, runCommand } from '../support/model-server/tools.ts'

const { launch, model, script, client } = useAgents()

const checks = {
  question: 'Which checks should run?',
  header: 'Checks',
  options: [
    { label: 'Lint', description: 'Style' },
    { label: 'Types', description: 'Compiler' },
    { label: 'Tests', description: 'Behaviour' },
  ],
  many: true,
}

const commander: Script = (turn) => {
  if (turn.toolResults.length > 0) return { text: 'All done.' }
  if (/marker/.test(turn.prompt)) {
    return { text: 'I will create it.', toolCalls: [runCommand(turn, 'echo made > marker.txt && echo RAN')] }
  }
  if (/checks/.test(turn.prompt)) return { toolCalls: [ask(turn, checks)] }
  return { text: 'Hello from the model.' }
}

describe.each(['claude', 'codex'] as const)('typing into %s', (agent) => {
  it('never puts prose into its dialog, and answers only the prompt that is meant', async () => {
    script(commander)
    const session = await launch(agent, 'create the marker')
    await session.blocked()
    await session.shows(/1\. Yes/)
    for (const text of ['no, stop', 'please continue', 'yes']) {
      const refused = client().inject(session.id, { text, force: true })
      await expect(refused).rejects.toMatchObject({ code: 'not-accepting-input' })
    }
    const other = client().answer(session.id, { choice: 'approve', fingerprint: '0123456789abcdef' })
    await expect(other).rejects.toMatchObject({ code: 'prompt-changed' })
    expect(session.file('marker.txt')).toBeUndefined()
    const { fingerprint } = await session.deny()
    const again = await client().answer(session.id, { choice: 'approve', fingerprint })
    expect(again).toMatchObject({ already: true })
    await session.until('idle')
    expect(session.file('marker.txt')).toBeUndefined()
  })

  it('leaves a draft alone, and is confirmed when the draft is gone', async () => {
    script(commander)
    const session = await launch(agent, 'say hello')
    await session.until('idle')
    await client().input(session.id, Buffer.from('half a thought'))
    await session.shows('half a thought')
    const early = client().inject(session.id, { text: 'say it again', when: 'now', waitMs: 0 })
    await expect(early).rejects.toMatchObject({ code: 'draft-in-box', details: { typed: false } })
    const waiting = client().inject(session.id, { text: 'say it again', waitMs: 20_000 })
    for (const _ of 'half a thought') await client().input(session.id, Buffer.from('\u007f'))
    await waiting
    await session.sent(model(), ({ prompt }) => prompt === 'say it again')
  })

  it('says yes to the trust of its directory only when that is asked for', async () => {
    script(commander)
    const asks = await launch(agent, 'say hello', { trusted: false, name: `${agent}-asks` })
    expect((await asks.info()).state).toBe('waiting')
    const trusts = await launch(agent, 'say hello', { trusted: false, trust: true, name: `${agent}-trusts` })
    await trusts.sent(model(), ({ prompt }) => prompt === 'say hello')
    expect((await asks.info()).state).toBe('waiting')
    expect(model().turns).toHaveLength(1)
  })

  it('goes on in its conversation after it has ended', async () => {
    script(commander)
    const session = await launch(agent, 'say hello')
    await session.until('idle')
    await session.remembers('Hello from the model.')
    await client().inject(session.id, { text: agent === 'claude' ? '/exit' : '/quit' })
    await session.until('exited')
    await client().resume(session.id, session.home.env)
    await session.shows('Hello from the model.')
    await session.submit('and once more')
    const turn = await session.sent(model(), ({ prompt }) => prompt === 'and once more')
    expect(JSON.stringify(turn.body)).toContain('say hello')
  })
})

describe('typing into claude', () => {
  it('ticks several options and hands them in', async () => {
    script(commander)
    const session = await launch('claude', 'ask which checks')
    await session.blocked()
    await client().answer(session.id, { options: [1, 3] })
    const turn = await session.sent(model(), ({ toolResults }) => toolResults.length > 0)
    expect(turn.toolResults.at(-1)).toMatch(/Lint, Tests/)
    expect(turn.toolResults.at(-1)).not.toContain('Types')
  })

  it('gives a text as the only choice where several may be ticked', async () => {
    script(commander)
    const session = await launch('claude', 'ask which checks')
    await session.blocked()
    await session.shows('Tests')
    await session.answerFreely('the ones that are fast')
    const turn = await session.sent(model(), ({ toolResults }) => toolResults.length > 0)
    expect(turn.toolResults.at(-1)).toContain('the ones that are fast')
    expect(turn.toolResults.at(-1)).not.toContain('Lint')
  })
})

describe('a text that somebody has begun in a question of codex', () => {
  it('is left alone, and no prompt is typed behind it', async () => {
    script((turn) =>
      turn.toolResults.length > 0
        ? { text: 'All done.' }
        : { toolCalls: [ask(turn, { ...checks, many: false })] },
    )
    const session = await launch('codex', 'ask which checks')
    await session.blocked()
    await session.shows('Tests')
    await client().inject(session.id, { keys: ['down', 'tab'] })
    await client().input(session.id, Buffer.from('half a note'))
    await session.shows('half a note')
    await expect(client().inject(session.id, { text: 'no, stop', force: true })).rejects.toMatchObject({
      code: 'not-accepting-input',
    })
    await expect(client().answer(session.id, { text: 'mine' })).rejects.toMatchObject({
      code: 'draft-in-box',
    })
    await session.shows('half a note')
  })
})
