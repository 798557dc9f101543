import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { patternsOf } from '../../src/agents/compiled-profile.ts'
import { PlainRegExp } from '../../src/agents/guarded-regexp.ts'
import { loadProfiles, shippedProfiles } from '../../src/agents/load-profiles.ts'
import { ProfileStore } from '../../src/agents/profile-store.ts'
import { readScreen } from '../../src/agents/reading/read-screen.ts'
import { now, printed } from './support.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'agents-'))
})

afterEach(() => {
  rmSync(directory, { recursive: true })
})

function write(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

describe('the shipped profiles', () => {
  it('are there for every agent, each under its own name', () => {
    expect([...shippedProfiles().keys()]).toEqual([
      'aider',
      'claude',
      'codex',
      'copilot',
      'cursor-agent',
      'gemini',
      'opencode',
      'qwen',
      'shell',
    ])
  })

  it('have patterns that take linear time on lines made to upset them', () => {
    const pieces = [
      'a',
      ' ',
      '• ',
      '(1s ',
      '…',
      'esc to ',
      '✻ a',
      '■ 4',
      '✕ ',
      '⎿ ',
      '⠋ a ',
      'API Error: ',
      '●',
    ]
    const lines = pieces.flatMap((piece) => [piece.repeat(1_000), `● ${piece.repeat(1_000)}!`])
    for (const profile of shippedProfiles().values()) {
      for (const pattern of patternsOf(profile)) {
        const search = new PlainRegExp(new RegExp(pattern, 'iu'))
        // The shortest of three: another process may have had the processor meanwhile.
        const times = [1, 2, 3].map(() => {
          const start = performance.now()
          search.search(lines)
          return performance.now() - start
        })
        expect(Math.min(...times), pattern).toBeLessThan(200)
      }
    }
  })

  it('give a dialog the time that it needs', () => {
    for (const name of ['claude', 'codex', 'gemini', 'qwen', 'opencode', 'copilot']) {
      const { guardMs, afterEscapeMs } = shippedProfiles().get(name)?.prompts ?? {}
      expect([guardMs, (afterEscapeMs ?? 0) >= 300], name).toEqual([500, true])
    }
  })
})

describe("a person's own profile", () => {
  it('changes the fields that it has', () => {
    write('claude.yaml', 'prompts:\n  guardMs: 900\nstart:\n  command: [claude, --verbose]\n')
    const { profiles, problems } = loadProfiles(directory)
    expect(problems).toEqual([])
    const claude = profiles.get('claude')?.profile
    expect(claude?.prompts).toMatchObject({ guardMs: 900, chooseBy: 'digit', afterTicks: ['right'] })
    expect(claude?.start).toMatchObject({ command: ['claude', '--verbose'], resume: ['--resume', '{id}'] })
  })

  it('stands alone when it says so', () => {
    write('claude.yaml', 'replace: true\nstart:\n  command: [claude]\n')
    const claude = loadProfiles(directory).profiles.get('claude')?.profile
    expect(claude).toMatchObject({ title: 'claude', signatures: [], prompts: { chooseBy: 'digit' } })
    expect(claude?.inputBox).toBeUndefined()
  })

  it('adds an agent that is read with its signatures', () => {
    write(
      'robot.yaml',
      [
        'start: { command: [robot] }',
        'inputBox: { glyphs: "?", enclosed: rules, cursorElsewhere: true }',
        'signatures:',
        '  - { name: beep, region: footer, pattern: "beeping", state: working, reason: it beeps }',
      ].join('\n'),
    )
    const profile = loadProfiles(directory).profiles.get('robot')
    if (!profile) throw new Error('the profile was not loaded')
    const screen = printed('hello\n──────\n? \n──────\n beeping\n')
    expect(readScreen({ screen, profile, now })).toMatchObject({ state: 'working', reason: 'it beeps' })
  })

  it.each([
    ['an unknown field', 'start:\n  command: [claude]\nprompts:\n  guardms: 3\n', 4, 'prompts.guardms'],
    ['a value of the wrong kind', 'prompts:\n  chooseBy: digit\n  guardMs: soon\n', 3, 'prompts.guardMs'],
    [
      'a pattern that is no regular expression',
      'signatures:\n  - name: x\n    region: footer\n    pattern: "(("\n    state: idle\n    reason: y\n',
      4,
      'signatures[0].pattern',
    ],
    ['broken YAML', 'title: [a\nstart: 3\n', 2, ''],
    ['a list', '- a\n- b\n', 1, ''],
  ])('with %s is refused with file, line and field', (_, text, line, field) => {
    const file = write('claude.yaml', text)
    const { profiles, problems } = loadProfiles(directory)
    expect(problems).toMatchObject([{ file, line, field }])
    expect(problems[0]?.message).not.toBe('')
    expect(profiles.get('claude')?.profile).toEqual(shippedProfiles().get('claude'))
  })

  it('says what a new agent lacks', () => {
    write('robot.yaml', 'title: Robot\n')
    expect(loadProfiles(directory).problems).toMatchObject([{ field: 'start' }])
  })

  it('is read again without a restart, and keeps its last good form', () => {
    const store = new ProfileStore(directory)
    const guard = () => store.profiles.get('claude')?.profile.prompts.guardMs
    expect(guard()).toBe(500)
    write('claude.yaml', 'prompts: { guardMs: 700 }\n')
    store.reload()
    expect(guard()).toBe(700)
    write('claude.yaml', 'prompts: { guardMs: nonsense }\n')
    store.reload()
    expect([guard(), store.problems.length]).toEqual([700, 1])
    rmSync(join(directory, 'claude.yaml'))
    store.reload()
    expect([guard(), store.problems.length]).toEqual([500, 0])
  })

  it('cannot hang the reading with a pattern that takes for ever', () => {
    write(
      'robot.yaml',
      [
        'start: { command: [robot] }',
        'signatures:',
        '  - { name: slow, region: end, pattern: "^(a+)+$", state: working, reason: never }',
      ].join('\n'),
    )
    const disabled: string[] = []
    const { profiles } = loadProfiles(directory, (agent, pattern) => disabled.push(`${agent} ${pattern}`))
    const profile = profiles.get('robot')
    if (!profile) throw new Error('the profile was not loaded')
    const screen = printed(`${'a'.repeat(60)}!\n`)
    // Without the budget the first of them would not come back in a lifetime.
    for (let turn = 0; turn < 5; turn++) readScreen({ screen, profile, now })
    expect(disabled).toEqual(['robot ^(a+)+$'])
  })
})
