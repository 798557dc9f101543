import { describe, expect, it } from 'vitest'
import { useAgents } from '../support/agents/use-agents.ts'
import type { Reply } from '../support/model-server/dialect.ts'
import type { Script } from '../support/model-server/server.ts'
import { ask, runCommand } from '../support/model-server/tools.ts'

const { client, launch, model, script } = useAgents()

const databases = {
  question: 'Which database should the service use?',
  header: 'Database',
  options: [
    { label: 'PostgreSQL', description: 'Relational, robust' },
    { label: 'SQLite', description: 'Embedded, simple' },
    { label: 'Redis', description: 'In memory' },
  ],
}

const quotedDialog = ` Bash command

   touch marker.txt

 Do you want to proceed?
 ❯ 1. Yes
   2. No

 Esc to cancel · Tab to amend`

/** Wants to run a command, and tells what came of it. */
const commander: Script = (turn) => {
  const result = turn.toolResults.at(-1)
  if (result !== undefined) return { text: 'All done.' }
  if (/marker/.test(turn.prompt)) {
    return { text: 'I will create it.', toolCalls: [runCommand(turn, 'echo made > marker.txt && echo RAN')] }
  }
  if (/database/.test(turn.prompt)) return { toolCalls: [ask(turn, databases)] }
  return { text: 'Hello from the model.' }
}

describe.each(['claude', 'codex'] as const)('%s under iterm-orch', (agent) => {
  it('is launched, blocked, noticed, approved, carries on and finishes', async () => {
    script(commander)
    const session = await launch(agent, 'create the marker')
    const { blocker } = await session.blocked()
    expect(blocker.kind).toBe('permission')
    expect(session.file('marker.txt')).toBeUndefined()
    await session.approve()
    const turn = await session.sent(model(), ({ toolResults }) => toolResults.length > 0)
    expect(turn.prompt).toBe('create the marker')
    expect(turn.toolResults.at(-1)).toContain('RAN')
    expect(session.file('marker.txt')).toBe('made\n')
    await session.shows('All done.')
    expect(await session.until('idle')).not.toHaveProperty('waitsFor')
    await session.remembers('All done.')
  })

  it('is denied, runs nothing, and takes the next prompt', async () => {
    script(commander)
    const session = await launch(agent, 'create the marker')
    await session.blocked()
    await session.deny()
    await session.until('idle')
    expect(session.file('marker.txt')).toBeUndefined()
    await session.submit('say hello instead')
    await session.sent(model(), ({ prompt }) => prompt === 'say hello instead')
    await session.shows('Hello from the model.')
    expect(session.file('marker.txt')).toBeUndefined()
    await session.remembers('say hello instead')
  })

  it('asks a question and gets the option that was chosen', async () => {
    script(commander)
    const session = await launch(agent, 'ask which database')
    const { blocker } = await session.blocked()
    expect(blocker.kind).toBe('question')
    await session.choose('SQLite')
    const turn = await session.sent(model(), ({ toolResults }) => toolResults.length > 0)
    expect(turn.toolResults.at(-1)).toContain('SQLite')
    expect(turn.toolResults.at(-1)).not.toContain('Redis')
    await session.until('idle')
  })

  it('asks a question and gets an answer in free text', async () => {
    script(commander)
    const session = await launch(agent, 'ask which database')
    const { blocker } = await session.blocked()
    await session.shows('Redis')
    const other = client().answer(session.id, { text: 'MySQL', fingerprint: '0123456789abcdef' })
    await expect(other).rejects.toMatchObject({ code: 'prompt-changed' })
    expect(blocker.kind).toBe('question')
    const answer = await session.answerFreely('MySQL, in the version of production')
    expect(answer).toMatchObject({ already: false, chosen: 'MySQL, in the version of production' })
    const turn = await session.sent(model(), ({ toolResults }) => toolResults.length > 0)
    expect(turn.toolResults.at(-1)).toContain('MySQL, in the version of production')
    await session.until('idle')
  })

  it('gets 5,000 characters whole, as one prompt', async () => {
    script(commander)
    const session = await launch(agent, 'say hello')
    await session.shows('Hello from the model.')
    await session.until('idle')
    const text = Array.from({ length: 200 }, (_, line) =>
      `line ${line} of 200, a long one`.padEnd(24, '.'),
    ).join('\n')
    await session.submit(text)
    const turn = await session.sent(model(), ({ prompt }) => prompt.includes('line 0'))
    expect(turn.prompt).toContain(text)
    await session.until('idle')
    expect(model().turns).toHaveLength(2)
  })
})

describe.each(['claude', 'codex'] as const)('%s is not taken for waiting', (agent) => {
  it('while the model thinks, nor when its answer quotes a dialog', async () => {
    let answer: (reply: Reply) => void = () => {}
    script(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const session = await launch(agent, 'show me a dialog')
    await session.sent(model(), ({ prompt }) => prompt === 'show me a dialog')
    await session.until('working')
    answer({ text: `It looks like this:\n\n${quotedDialog}` })
    await session.shows('Do you want to proceed?')
    await session.until('idle')
    expect(session.blockers()).toEqual([])
  })
})

describe('two agents at once', () => {
  it('are blocked together, and each gets the answer that is meant for it', async () => {
    script(commander)
    const [claude, codex] = await Promise.all([
      launch('claude', 'create the marker'),
      launch('codex', 'create the marker'),
    ])
    await Promise.all([claude.blocked(), codex.blocked()])
    await Promise.all([claude.deny(), codex.approve()])
    const { api } = await codex.sent(model(), ({ toolResults }) => toolResults.join().includes('RAN'))
    expect(api).toBe('openai-responses')
    await Promise.all([claude.until('idle'), codex.until('idle')])
    expect(claude.file('marker.txt')).toBeUndefined()
    expect(codex.file('marker.txt')).toBe('made\n')
  })
})

// Gemini reports no status: what it waits for is noticed on its screen alone.
describe('gemini under iterm-orch', () => {
  it('is launched, asks, is approved, and finishes', async () => {
    script(commander)
    const session = await launch('gemini', 'create the marker')
    const { blocker } = await session.blocked()
    expect(blocker).toMatchObject({ kind: 'permission', prompt: { kind: 'permission' } })
    expect(session.file('marker.txt')).toBeUndefined()
    await session.approve()
    const turn = await session.sent(model(), ({ toolResults }) => toolResults.length > 0)
    expect(turn.prompt).toContain('create the marker')
    expect(turn.toolResults.at(-1)).toContain('RAN')
    expect(session.file('marker.txt')).toBe('made\n')
    await session.shows('All done.')
    await session.remembers('All done.')
  })

  it('is denied, and runs nothing', async () => {
    script(commander)
    const session = await launch('gemini', 'create the marker')
    await session.blocked()
    await session.deny()
    await session.shows(/cancelled/i)
    expect(session.file('marker.txt')).toBeUndefined()
  })

  it('asks a question and gets the option that was chosen', async () => {
    script(commander)
    const session = await launch('gemini', 'ask which database')
    const { blocker } = await session.blocked()
    expect(blocker).toMatchObject({ kind: 'question', prompt: { question: databases.question } })
    await session.choose('SQLite')
    const turn = await session.sent(model(), ({ toolResults }) => toolResults.length > 0)
    expect(turn.toolResults.at(-1)).toContain('SQLite')
  })
})
