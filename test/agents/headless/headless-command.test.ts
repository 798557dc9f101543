import { describe, expect, it } from 'vitest'
import { type HeadlessTask, headlessCommand } from '../../../src/agents/headless/headless-command.ts'
import { PermissionMode } from '../../../src/agents/headless/headless-shape.ts'
import { shippedProfiles } from '../../../src/agents/load-profiles.ts'
import { AgentProfile } from '../../../src/agents/profile-schema.ts'

const command = (agent: string, task: Partial<HeadlessTask> = {}) =>
  headlessCommand(profile(agent), { prompt: 'Mend it', ...task })

function profile(agent: string) {
  const found = shippedProfiles().get(agent)
  if (!found) throw new Error(`no profile ${agent}`)
  return found
}

const own = (headless: object) =>
  AgentProfile.parse({ name: 'own', title: 'Own', start: { command: ['own'] }, headless })

describe('the command of an agent without a terminal', () => {
  it.each([
    ['claude', 'claude --print --output-format stream-json --verbose --permission-mode acceptEdits'],
    ['codex', 'codex exec --json --skip-git-repo-check --sandbox workspace-write'],
    ['gemini', 'gemini --skip-trust --output-format stream-json --approval-mode auto_edit'],
    ['qwen', 'qwen --output-format stream-json --approval-mode auto-edit'],
    ['opencode', 'opencode run --format json'],
    ['copilot', 'copilot --output-format json --no-ask-user --allow-tool=write'],
  ])(
    '%s accepts edits when nothing else is said, and gets its task on its standard input',
    (agent, words) => {
      const made = command(agent)
      expect(made.words.join(' ')).toBe(words)
      expect(made.stdin).toBe('Mend it')
      expect(made.permissions).toBe('accept-edits')
    },
  )

  it('names the model and the conversation before the task', () => {
    expect(command('claude', { model: 'opus', conversation: 'c0ffee' }).words.slice(-4)).toEqual([
      ...['--model', 'opus'],
      ...['--session-id', 'c0ffee'],
    ])
    expect(command('codex', { model: 'm', resume: 'c0ffee' }).words.slice(-4)).toEqual([
      ...['--model', 'm'],
      ...['resume', 'c0ffee'],
    ])
  })

  it('leaves an id of ours out where the agent cannot be told', () => {
    expect(command('codex', { conversation: 'c0ffee' }).words).not.toContain('c0ffee')
  })

  it('asks a program of ours for what the mode does not allow, unless everything is allowed', () => {
    const asked = { words: ['/usr/bin/node', '/a b/main.cjs', 'ask'], withinMs: 90_500 }
    const made = command('claude', { asked })
    expect(made.asks).toBe(true)
    const settings: unknown = JSON.parse(made.words[made.words.indexOf('--settings') + 1] ?? '')
    const hook = { type: 'command', command: "/usr/bin/node '/a b/main.cjs' ask", timeout: 91 }
    expect(settings).toEqual({ hooks: { PermissionRequest: [{ matcher: '*', hooks: [hook] }] } })
    for (const other of [
      command('claude', { asked, permissions: 'full' }),
      command('codex', { asked }),
      command('claude'),
    ]) {
      expect(other.asks).toBe(false)
      expect(other.words).not.toContain('--settings')
    }
  })

  it('says what an agent cannot do, and what it can', () => {
    expect(() => command('codex', { permissions: 'ask' })).toThrow(
      expect.objectContaining({
        message: 'Codex cannot work with the permissions ask without a terminal.',
        hint: 'It can: read-only, accept-edits, full.',
      }),
    )
    expect(() => command('cursor-agent')).toThrow(/accept-edits/)
    expect(() => command('shell', { permissions: 'read-only' })).toThrow(/has no permission modes/)
    expect(() => command('shell', { model: 'opus' })).toThrow('shell cannot be given a model.')
  })

  it('runs the text as a script where the agent is a shell', () => {
    expect(command('shell', { prompt: 'echo hello' })).toEqual({
      words: ['/bin/sh', '-s'],
      stdin: 'echo hello',
      env: {},
      output: 'text',
      permissions: 'full',
      asks: false,
    })
  })

  it('puts the task into an argument, as it is, where a profile says so', () => {
    const profile = own({ command: ['own', '{prompt}'], prompt: ['--say', '{prompt}'] })
    const made = headlessCommand(profile, { prompt: 'a {prompt} $HOME "b"\n' })
    expect(made.words).toEqual(['own', '{prompt}', '--say', 'a {prompt} $HOME "b"\n'])
    expect(made.stdin).toBeUndefined()
    expect(() => headlessCommand(profile, { prompt: 'ä'.repeat(64 * 1024) })).toThrow(/131072 bytes/)
    expect(() => headlessCommand(profile, { prompt: `${'ä'.repeat(64 * 1024 - 1)}a` })).not.toThrow()
  })

  it('says where an agent is to be described whose headless mode is not known', () => {
    const profile = AgentProfile.parse({ name: 'own', title: 'Own', start: { command: ['own'] } })
    expect(() => headlessCommand(profile, { prompt: 'x' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('agents/own.yaml') }),
    )
  })

  it('knows the modes by the names of Claude Code, too', () => {
    expect(
      ['plan', 'default', 'acceptEdits', 'bypassPermissions', 'ask'].map((name) =>
        PermissionMode.parse(name),
      ),
    ).toEqual(['read-only', 'ask', 'accept-edits', 'full', 'ask'])
    expect(PermissionMode.safeParse('yolo').error?.issues[0]?.message).toMatch(/read-only, ask/)
  })
})
