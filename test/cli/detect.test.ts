import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { readCast } from '../support/screen-player.ts'
import { run } from './cli.ts'

const fixtures = fileURLToPath(new URL('../fixtures/agents/', import.meta.url))
const { agents, root } = resolveHome()

afterEach(() => rmSync(agents, { recursive: true, force: true }))

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

  it('knows nothing of an empty screen, and of bytes that are no text', async () => {
    const nothing = { agent: null, state: 'unknown', prompt: null, confidence: 0 }
    for (const empty of ['', '\n\n', '\u001b[2J\u001b[H']) expect(await detect(empty)).toMatchObject(nothing)
    // Every byte in every order of two: control characters, halves of characters, unfinished sequences.
    const bytes = Buffer.from(Array.from({ length: 131_072 }, (_, at) => (at % 2 ? at >> 9 : at >> 1) & 0xff))
    const file = join(root, 'bytes')
    writeFileSync(file, bytes)
    const { code, stdout } = await run(['detect', '--json', file])
    expect([code, JSON.parse(stdout).prompt]).toEqual([0, null])
    const told = await run(['detect', file])
    expect(told.code).toBe(0)
    expect(told.stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  it('reads the end of a log of many megabytes, with and without escape sequences', async () => {
    const file = join(root, 'log')
    for (const line of ['a line of the log\r\n', '\u001b[32ma line\u001b[0m of\u001b[10Gthe log\r\n']) {
      writeFileSync(file, `${line.repeat(300_000)}Remove it? [y/N] `)
      const { code, stdout } = await run(['detect', '--json', file])
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ state: 'waiting', prompt: { question: 'Remove it?' } })
    }
  })

  it('gives the fields that programs rely on', async () => {
    expect(await detect('Remove it? [y/N] ')).toMatchObject({
      agent: 'shell',
      state: 'waiting',
      reason: expect.any(String),
      prompt: {
        kind: 'confirmation',
        question: 'Remove it?',
        options: [
          { label: 'yes', keys: ['y', 'enter'], selected: false },
          { label: 'no', keys: ['n', 'enter'], selected: true },
        ],
      },
      confidence: expect.any(Number),
      evidence: [{ text: expect.any(String), shows: expect.any(String) }],
    })
  })

  it.each(['5', '1001', 'wide', ''])('refuses a width of "%s"', async (width) => {
    expect(await run(['detect', '--width', width], { input: 'x' })).toMatchObject({ code: 2 })
  })

  it('fails for an agent that is not known, and a file that is not there', async () => {
    expect(await run(['detect', '--agent', 'nobody'])).toMatchObject({ code: 3 })
    expect(await run(['detect', '/nonexistent/screen.txt'])).toMatchObject({ code: 2 })
  })
})
