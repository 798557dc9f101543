import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { readCast } from '../support/screen-player.ts'
import { run } from './cli.ts'

const fixtures = fileURLToPath(new URL('../fixtures/agents/', import.meta.url))
const { agents } = resolveHome()

afterAll(() => rmSync(agents, { recursive: true, force: true }))

/** The bytes that a program had sent up to a marker. */
function sentUntil(name: string, marker: string): string {
  const { events } = readCast(join(fixtures, name))
  const end = events.findIndex(([, kind, data]) => kind === 'm' && data === marker)
  return events
    .slice(0, end)
    .filter(([, kind]) => kind === 'o')
    .map(([, , data]) => data)
    .join('')
}

async function detect(input: string, ...args: string[]) {
  const { code, stdout, stderr } = await run(['detect', '--json', ...args], { input })
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

describe('iterm-orch detect', () => {
  it('reads a file of plain text and finds out whose screen it is', async () => {
    const { code, stdout } = await run(['detect', '--json', join(fixtures, 'qwen/permission-bash.screen')])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      agent: 'qwen',
      state: 'waiting',
      prompt: {
        kind: 'permission',
        question: "Allow execution of: 'touch'?",
        options: [
          { label: 'Yes, allow once', keys: ['1'], selected: true },
          { keys: ['2'], meaning: 'always' },
          { keys: ['3'], meaning: 'always' },
          { keys: ['4'], meaning: 'deny' },
        ],
      },
    })
  })

  it.each([
    ['claude/permission-command-80.cast', 'permission', 'waiting'],
    ['codex/permission-command-120.cast', 'permission', 'waiting'],
    ['gemini/permission-command-120.cast', 'permission', 'waiting'],
    ['codex/permission-command-80.cast', 'answered-idle', 'idle'],
    ['claude/working-120.cast', 'working-1s', 'working'],
  ])('renders the bytes of %s at %s', async (name, marker, state) => {
    const width = /-(\d+)\./u.exec(name)?.[1] ?? ''
    const verdict = await detect(sentUntil(name, marker), '--width', width, '-')
    expect(verdict).toMatchObject({ agent: name.split('/')[0], state })
    expect(verdict.evidence.length).toBeGreaterThan(0)
  })

  it('guesses the width when it is not given', async () => {
    const verdict = await detect(sentUntil('claude/permission-command-120.cast', 'permission'))
    expect(verdict.prompt.options).toHaveLength(4)
  })

  it('tells people what it has seen', async () => {
    const { stdout } = await run(['detect', '--agent', 'shell'], { input: 'Remove it? [y/N] ' })
    expect(stdout).toContain('shell: waiting')
    expect(stdout).toContain('> 2. no [deny; n enter]')
  })

  it('uses the profiles of the home, and names the broken ones', async () => {
    mkdirSync(agents, { recursive: true })
    writeFileSync(join(agents, 'robot.yaml'), 'start: { command: [robot] }\nrecognise: { screen: [ROBOT] }\n')
    writeFileSync(join(agents, 'claude.yaml'), 'prompts:\n  guardMs: soon\n')
    const { stdout, stderr } = await run(['detect', '--json'], { input: 'ROBOT 1.0\n' })
    expect(JSON.parse(stdout)).toMatchObject({ agent: 'robot', state: 'unknown', prompt: null })
    expect(stderr).toContain(`${join(agents, 'claude.yaml')}:2: prompts.guardMs: `)
  })

  it('fails for an agent that is not known, and a file that is not there', async () => {
    expect(await run(['detect', '--agent', 'nobody'])).toMatchObject({ code: 3 })
    expect(await run(['detect', '/nonexistent/screen.txt'])).toMatchObject({ code: 2 })
  })
})
