import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveHome } from '../../src/lib/home.ts'
import { json, run, type Sessions, stopAll, untilScreen } from './cli.ts'

const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'
const { root } = resolveHome()
let id = ''

beforeAll(async () => {
  const ask = `echo "token ${secret}"; echo; printf '\\033[31mRemove it?\\033[0m [y/N] '; exec cat`
  const { sessions } = await json<Sessions>('launch', 'ask', '--', 'sh', '-c', ask)
  id = sessions[0]?.id ?? ''
  await untilScreen('ask', 'Remove it?')
  while ((await json<Sessions>('ps')).sessions[0]?.state !== 'waiting');
})
afterAll(stopAll)

describe('why', () => {
  it('shows state, source, prompt, the end of the screen and the other sources', async () => {
    const { code, stdout } = await run(['why', 'ask'])
    expect(code).toBe(0)
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(new RegExp(`^${id.slice(0, 8)} {2}sh {2}waiting for \\w+`))
    expect(lines).toEqual(
      expect.arrayContaining([
        '  because   question: Remove it?',
        '  told by   screen  (read as shell)',
        '  asks      confirmation: Remove it?',
        '            1. yes  [approve; keys: y enter]',
        '            2. no  [deny; keys: n enter]',
        expect.stringMatching(/^The screen says waiting \(\d+ %\): it asks: Remove it\?$/),
        '  │ Remove it? [y/N]',
        'The others said',
        expect.stringMatching(/^ {2}output +working, \w+ ago: .*\(weaker\)$/),
      ]),
    )
    expect(stdout).not.toContain(secret)
  })

  it('gives the same to programs, and fails for a session that is not there', async () => {
    expect(await json('why', 'ask')).toMatchObject({
      session: { id, state: 'waiting', waitsFor: { prompt: { options: [{ number: 1 }, { number: 2 }] } } },
      profile: 'shell',
      screen: { state: 'waiting', evidence: [{ text: 'Remove it?' }] },
    })
    expect((await run(['why', 'nobody'])).code).toBe(3)
  })
})

describe('capture', () => {
  it('prints the screen with its styles and what was made of it, without secrets', async () => {
    const { code, stdout } = await run(['capture', 'ask'])
    expect(code).toBe(0)
    const capture = JSON.parse(stdout)
    expect(capture).toMatchObject({ columns: 80, cursor: { x: 17, y: 2 }, why: { session: { id } } })
    expect(capture.text.slice(0, 3)).toEqual(['token [redacted]', '', 'Remove it? [y/N]'])
    expect(capture.ansi[2]).toContain('\u001b[')
    expect(stdout).not.toContain(secret)
  })

  it('writes a file that only its owner may read', async () => {
    const file = join(root, 'ask.json')
    expect(await run(['capture', 'ask', '-o', file])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: `Written: ${file}\n`,
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ why: { profile: 'shell' } })
  })

  it('records an asciicast that ends by itself, without secrets', async () => {
    const { code, stdout } = await run(['capture', 'ask', '--cast', '--seconds', '1'])
    expect(code).toBe(0)
    const [header, ...events] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(header).toMatchObject({ version: 2, width: 80, agent: 'sh' })
    expect(events[0]).toEqual([expect.any(Number), 'o', expect.stringContaining('Remove it?')])
    expect(stdout).not.toContain(secret)
  })

  it('refuses what cannot be meant, before anything is recorded', async () => {
    const nowhere = await run(['capture', 'ask', '--cast', '-o', join(root, 'no', 'such', 'file')])
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be written') })
    expect(await run(['capture', 'ask', '--seconds', '3'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--cast'),
    })
  })
})
