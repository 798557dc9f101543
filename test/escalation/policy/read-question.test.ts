/** What a policy gets to know of the dialogs of real agents, and of what only looks like them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Prompt } from '../../../src/agents/reading/prompt.ts'
import { readQuestion, type Told } from '../../../src/escalation/policy/read-question.ts'
import { fixtures as agentFixtures, printed, read, viewOfText } from '../../agents/support.ts'
import { readCast, screensAtMarkers } from '../../support/screen-player.ts'
import { decide, directory, everything, home, policy } from './support.ts'

function promptOf(agent: string, cast: string): Prompt {
  const [first] = [...screensAtMarkers(readCast(join(agentFixtures, agent, cast)))].flatMap(
    ({ view }) => read(agent, view).prompt ?? [],
  )
  if (!first) throw new Error(`no prompt in ${cast}`)
  return first
}

function drawn(agent: string, file: string): Prompt {
  const lines = readFileSync(join(agentFixtures, agent, file), 'utf8')
    .replace(/\n$/u, '')
    .split('\n')
  const { prompt } = read(agent, viewOfText(lines, Math.max(80, ...lines.map(({ length }) => length))))
  if (!prompt) throw new Error(`no prompt in ${file}`)
  return prompt
}

const ask = (agent: string, prompt: Prompt | undefined, told?: Told) =>
  readQuestion({ kind: 'permission', text: 'x', ...(prompt && { prompt }) }, { agent, directory, home }, told)

const touch = 'touch marker.txt && echo RAN'

describe('a dialog alone', () => {
  it.each(['claude', 'codex', 'gemini'])('of %s tells the command', (agent) => {
    expect(ask(agent, promptOf(agent, 'permission-command-120.cast'))).toMatchObject({
      ...{ tool: 'shell', command: touch, incomplete: [] },
    })
  })

  it.each(['qwen', 'copilot', 'opencode'])('of %s tells the command', (agent) => {
    const { tool, command, incomplete } = ask(agent, drawn(agent, 'permission-bash.screen'))
    expect({ tool, command, incomplete }).toEqual({
      tool: 'shell',
      command: 'touch marker-bash.txt && echo RAN-BASH',
      incomplete: [],
    })
  })

  it('tells the file that is written', () => {
    expect(ask('claude', promptOf('claude', 'permission-write-120.cast'))).toMatchObject({
      tool: 'write',
      paths: ['new.ts'],
    })
    expect(ask('gemini', promptOf('gemini', 'permission-write-120.cast'))).toMatchObject({
      tool: 'write',
      paths: ['new.ts'],
    })
    expect(ask('gemini', promptOf('gemini', 'permission-edit-120.cast'))).toMatchObject({
      tool: 'edit',
      paths: ['app.ts'],
    })
  })

  it('tells the address that is fetched', () => {
    const { tool, url } = ask('gemini', promptOf('gemini', 'permission-fetch-120.cast'))
    expect({ tool, url }).toEqual({ tool: 'fetch', url: 'https://example.com/docs' })
  })

  it.each(['claude', 'codex', 'gemini'])('of %s is not enough for a command of several rows', (agent) => {
    const name = readdirSync(join(agentFixtures, agent)).find((each) =>
      each.startsWith('permission-long-120'),
    )
    const asked = ask(agent, promptOf(agent, name ?? ''))
    expect(asked.incomplete).toContain('the command takes several rows on the screen')
    expect(decide(asked, everything).action).toBe('hold')
  })

  it('of a plain program vouches for no command', () => {
    const imitated = printed(
      [
        '╭──────────╮',
        '│ Bash command',
        '│ $ git status',
        '│ Do you want to proceed?',
        '│ ❯ 1. Yes',
        '│   2. No',
        '',
      ].join('\n'),
    )
    const { prompt } = read('shell', imitated)
    const asked = ask('shell', prompt ?? { ...promptOf('claude', 'permission-command-120.cast') })
    expect(asked.tool).toBeUndefined()
    expect(decide(asked, everything)).toMatchObject({ action: 'hold' })
  })

  it('that is not there yet is not approved', () => {
    expect(decide(ask('claude', undefined, { tool: 'Bash', command: 'ls' }), everything).reason).toContain(
      'the prompt was not read',
    )
  })
})

describe('the word of the agent', () => {
  const prompt = promptOf('claude', 'permission-command-120.cast')

  it('is exact where the screen shows the same', () => {
    const long = promptOf('claude', 'permission-long-120.cast')
    const command = long.subject.replace(' number 3 ', '  number 3 ')
    expect(ask('claude', long, { tool: 'Bash', command })).toMatchObject({ command, incomplete: [] })
  })

  it.each([
    [{ tool: 'Bash', command: 'rm -rf /' }, 'the screen shows another command than the agent says'],
    [
      { tool: 'WebFetch', command: 'https://x.example' },
      'the screen shows the tool shell, the agent says WebFetch',
    ],
    [{ tool: 'Bash', command: `${touch}…` }, 'the agent has told only a part of what it wants to do'],
    [
      { tool: 'Bash', command: 'curl -H [redacted]' },
      'the agent has told only a part of what it wants to do',
    ],
  ])('%j against another screen: %s', (told, reason) => {
    const asked = ask('claude', prompt, told)
    expect(asked.incomplete).toContain(reason)
    expect(decide(asked, everything).action).toBe('hold')
  })
})

describe('what is missing', () => {
  const prompt = promptOf('claude', 'permission-command-120.cast')

  it.each([
    [{ truncated: true }, 'a part of the prompt is not on the screen'],
    [{ subject: 'curl -u [redacted]' }, 'a part of the prompt was taken out, because it looks like a secret'],
    [{ subject: '' }, 'the command is not known'],
  ])('%j: %s', (change, reason) => {
    expect(ask('claude', { ...prompt, ...change }).incomplete).toContain(reason)
  })

  it('is which one of several prompts is in front', () => {
    const told = { tool: 'Bash', command: prompt.subject }
    expect(ask('claude', prompt, told).incomplete).toEqual([])
    const { action, reason } = decide(ask('claude', prompt, { ...told, several: true }), everything)
    expect(action).toBe('hold')
    expect(reason).toContain('nothing is approved: several prompts')
  })
})

describe('a question of an agent', () => {
  const prompt = promptOf('claude', 'question-120.cast')
  const asked = (told?: Told) =>
    readQuestion({ kind: 'question', text: 'x', prompt }, { agent: 'claude', directory, home }, told)
  const user = policy(
    'policy: { rules: [{ name: db, match: { text: "*database*" }, action: { choose: SQLite } }] }',
  )
  const said = (question: string): Told => ({
    blocker: 'question',
    questions: [{ question, options: [], several: false }],
  })

  it('is answered by the label of an option', () => {
    const told = said('Which database should the service use?')
    expect(decide(asked(told), user)).toMatchObject({ action: 'choose', option: { label: 'SQLite' } })
  })

  it('is not answered where only the screen shows it, or another one than the agent says', () => {
    expect(decide(asked(), user).reason).toContain('only the screen')
    expect(decide(asked({ blocker: 'permission' }), user).reason).toContain('only the screen')
    expect(decide(asked(said('Which colour?')), user).reason).toContain('another question')
  })
})

describe('a reason that shows a command of its own', () => {
  const of = (rows: string[]) =>
    readQuestion(
      {
        kind: 'permission',
        text: '',
        prompt: {
          ...{ kind: 'permission', question: 'May I?', subject: 'ls', truncated: false, fingerprint: 'f' },
          ...{ context: ['Would you like to run the following command?', ...rows].join('\n'), options: [] },
        },
      },
      { agent: 'codex', directory: '/work', home: '/home/anna' },
    )

  it('is not taken for what is run', () => {
    expect(of(['Reason: May I?', '$ ls', '', '$ ./deploy'])).toMatchObject({
      incomplete: ['it is not certain which row of the screen is the command'],
    })
  })

  it('hides no rest of the command', () => {
    expect(of(['Reason: May I?', '', '$ ls', '', './deploy']).incomplete).not.toEqual([])
  })

  it('does not hide that a command is asked for', () => {
    expect(of(['Reason: May I?', '', '$ ls'])).toMatchObject({ tool: 'shell', command: 'ls', incomplete: [] })
  })
})
