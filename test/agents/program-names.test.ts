import { describe, expect, it } from 'vitest'
import { type InFront, recogniseInFront } from '../../src/agents/recognise.ts'
import { readCast, screensAtMarkers } from '../support/screen-player.ts'
import { fixtures, printed, profileOf, profiles } from './support.ts'

function nameOf(inFront: Partial<InFront>, own?: string): string | undefined {
  const preferred = own === undefined ? undefined : profileOf(own)
  const found = recogniseInFront({ ancestors: ['zsh'], ...inFront }, profiles.values(), preferred)
  return found?.profile.profile.name
}

function recorded(name: string) {
  for (const { view } of screensAtMarkers(readCast(`${fixtures}${name}.cast`))) return view
  throw new Error(`nothing is marked in ${name}`)
}

describe('the agent in front', () => {
  it.each([
    ['its process name', { job: 'claude', commandLine: 'claude --model x' }, 'claude'],
    ['its script', { job: 'node', commandLine: 'node --no-warnings /usr/local/bin/gemini -i hi' }, 'gemini'],
    [
      'its script, whatever the thread is called',
      { job: 'MainThread', commandLine: 'node /opt/bin/codex.js' },
      'codex',
    ],
    ['its module', { job: 'python3.12', commandLine: '/usr/bin/python3.12 -m aider' }, 'aider'],
    [
      'its package',
      { job: 'node', commandLine: 'node /l/node_modules/@anthropic-ai/claude-code/cli.js' },
      'claude',
    ],
    ['the package that npm runs', { job: 'npm exec', commandLine: 'npm exec @openai/codex@latest' }, 'codex'],
    [
      'its child in the same group',
      { job: 'wrapper', commandLine: '/bin/wrapper', deepest: 'claude' },
      'claude',
    ],
  ])('is known by %s', (_, inFront, agent) => {
    expect(nameOf(inFront)).toBe(agent)
  })

  it('is the agent, not what it runs in the foreground', () => {
    const inFront = { ancestors: ['zsh', 'claude', 'codex'], job: 'codex', commandLine: 'codex exec' }
    expect(nameOf(inFront)).toBe('claude')
    expect(nameOf({ ...inFront, ancestors: ['claude'] }, 'claude')).toBe('claude')
  })

  it('is nobody for a program that has only to do with one', () => {
    for (const commandLine of [
      'cat claude.txt',
      'vim codex',
      'node -e codex',
      'npm run codex',
      'man claude',
    ]) {
      expect(nameOf({ job: commandLine.split(' ')[0], commandLine })).toBeUndefined()
    }
    // Anybody's program may have this name.
    expect(nameOf({ job: 'agent', commandLine: '/bin/agent' })).toBeUndefined()
    expect(nameOf({ job: 'zsh', commandLine: '-zsh' })).toBeUndefined()
  })

  it('is never known by the screen alone', () => {
    const screen = recorded('claude/permission-command-80')
    for (const job of ['cat', 'less', 'zsh', 'node', undefined]) {
      expect(nameOf({ job, commandLine: job, title: '✳ Claude Code', screen })).toBeUndefined()
    }
  })

  it('is known by title and screen together where it runs elsewhere', () => {
    const screen = recorded('claude/idle-80')
    const far = { job: 'ssh', commandLine: 'ssh build', screen, title: '✳ Claude Code' }
    expect(nameOf(far)).toBe('claude')
    expect(nameOf({ ...far, title: 'build' })).toBeUndefined()
    expect(nameOf({ ...far, screen: printed('$ ls\n') })).toBeUndefined()
  })
})
