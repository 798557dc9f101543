import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensurePrivateDirectory, resolveHome } from '../../src/lib/home.ts'
import { loadConfig } from '../../src/service/config.ts'
import { resolveTask } from '../../src/sessions/task.ts'

function configured(text?: string) {
  const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(process.env['HOME'] ?? '', 'k-')) })
  ensurePrivateDirectory(home.root)
  if (text !== undefined) writeFileSync(home.config, text)
  return home
}

describe('config.yaml', () => {
  it('goes before the profiles of the home, which go before the shipped ones', () => {
    const home = configured('agents: { claude: { command: [from-config] } }')
    ensurePrivateDirectory(home.agents)
    writeFileSync(join(home.agents, 'claude.yaml'), 'start: { command: [from-profile] }')
    writeFileSync(join(home.agents, 'codex.yaml'), 'start: { command: [from-profile] }')
    const { agents } = loadConfig(home, {})
    const commands = ['claude', 'codex', 'gemini'].map((name) => agents[name]?.command[0])
    expect(commands).toEqual(['from-config', 'from-profile', 'gemini'])
  })

  it('may be missing', () => {
    const home = configured()
    expect(loadConfig(home, {})).toMatchObject({ terminal: 'auto', comms: home.comms, patterns: [] })
  })

  it('adds agents, tasks, patterns and the place of the mailboxes', () => {
    const home = configured(`
terminal: host
agents: { reviewer: { command: [claude, --verbose] } }
tasks: { tidy: { prompt: Tidy up., agent: reviewer, cwd: ~/p } }
blockers: { patterns: [{ name: ok, pattern: '^OK\\?', kind: question }], without: [waiting] }
comms: { root: ~/mail }
`)
    const config = loadConfig(home, { HOME: '/home/ann' })
    expect(config).toMatchObject({ terminal: 'host', comms: '/home/ann/mail' })
    expect(config.agents['reviewer']).toMatchObject({ task: 'argument' })
    expect(config.agents['codex']).toBeDefined()
    expect(config.standardPatterns.map(({ name }) => name)).not.toContain('waiting')
    expect(resolveTask('tidy', '/', config.tasks)).toMatchObject({
      name: 'tidy',
      agent: 'reviewer',
    })
    expect(loadConfig(home, { ITERM_ORCH_TERMINAL: 'iterm2' }).terminal).toBe('iterm2')
  })

  it('with mistakes in its tasks alone serves a service that starts, which refuses those tasks', () => {
    const home = configured('agent: codex\ntasks: { tidy: { promt: Tidy up. } }')
    expect(() => loadConfig(home, {})).toThrow(/tasks\.tidy\.promt: is no key here; did you mean "prompt"/u)
    const config = loadConfig(home, {}, true)
    expect(config.agent).toBe('codex')
    expect(() => resolveTask('tidy', '/', config.tasks)).toThrow(
      /"tidy" cannot be launched: .*config\.yaml, where it stands, has mistakes/u,
    )
    expect(() => loadConfig(configured('agent: 7\ntasks: 7'), {}, true)).toThrow(/agent: must be a text/u)
  })

  it('has tasks for launch whose only step is an agent, with its directory and variables', () => {
    const home = configured(`tasks:
  ask: { prompt: Why?, env: { A: "1" } }
  step: { cwd: /srv, steps: [{ file: why.md, agent: codex, cwd: sub }] }
  build: { run: make }
`)
    const { tasks } = loadConfig(home, {})
    expect(tasks['ask']).not.toHaveProperty('cwd')
    expect(tasks).toMatchObject({
      ask: { prompt: 'Why?', env: { A: '1' } },
      step: { file: join(home.root, 'why.md'), agent: 'codex', cwd: '/srv/sub', env: {} },
      build: { refused: { why: 'it runs a command' } },
    })
    expect(() => resolveTask('build', '/', tasks)).toThrow(
      'The task "build" cannot be launched: it runs a command.',
    )
  })

  it.each([
    ['agents: 7', /agents/],
    ['colour: red', /colour/],
    ['a: [', /not valid/],
    ["blockers: { patterns: [{ name: x, pattern: '(', kind: error }] }", /"x" is no regular expression/],
  ])('is refused with the place of the problem: %s', (text, problem) => {
    expect(() => loadConfig(configured(text), {})).toThrow(problem)
  })
})

describe('a task', () => {
  const work = mkdtempSync(join(process.env['HOME'] ?? '', 'w-'))
  writeFileSync(join(work, 'fix.md'), '# Fix it\n')

  it('is a file, or the prompt itself', () => {
    expect(resolveTask('fix.md', work, {})).toMatchObject({ name: 'fix', prompt: '# Fix it\n' })
    expect(resolveTask('Find the leak', work, {})).toEqual({
      name: 'Find the leak',
      prompt: 'Find the leak',
    })
    expect(resolveTask(`${'word '.repeat(30)}`, work, {}).name.length).toBeLessThanOrEqual(41)
  })

  it('is refused when its file is missing', () => {
    expect(() => resolveTask('no.md', work, {})).toThrow(/does not exist/)
  })

  it('is refused when it is empty, or its file holds no text', () => {
    for (const text of ['', ' \n']) expect(() => resolveTask(text, work, {})).toThrow('The task is empty.')
    for (const [name, bytes] of [
      ['picture.md', [0x89, 0x50, 0x4e, 0x47]],
      ['nul.md', [0x61, 0, 0x62]],
    ] as const) {
      writeFileSync(join(work, name), Uint8Array.from(bytes))
      expect(() => resolveTask(name, work, {})).toThrow(/is no text in UTF-8/)
    }
  })
})
