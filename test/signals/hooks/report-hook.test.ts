import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn as spawnPty } from '@lydell/node-pty'
import { describe, expect, it } from 'vitest'
import { resolveHome } from '../../../src/lib/home.ts'
import { event, left, own, place, quiet, run, service } from './hook-caller.ts'

/** Calls the hook as an agent does. */
function call(
  input: string | undefined,
  args: string[] = ['--agent', 'claude'],
  env: NodeJS.ProcessEnv = { ITERM_ORCH_SESSION: 'S' },
  stdin: 'pipe' | 'ignore' = 'pipe',
) {
  return run([...own, 'hook', ...args], env, input, stdin)
}

describe('iterm-orch hook', () => {
  it('tells the service', async () => {
    const received = await service(200)
    const before = Date.now()
    expect(await call(event)).toEqual(quiet)
    expect(received).toEqual([
      {
        path: '/v1/hooks',
        id: expect.stringMatching(/^[0-9a-z]{20}$/),
        at: expect.any(Number),
        agent: 'claude',
        session: 'S',
        payload: JSON.parse(event),
      },
    ])
    const [{ at } = { at: 0 }] = received as { at: number }[]
    expect(at).toBeGreaterThanOrEqual(before - 5)
    expect(left()).toEqual([])
  })

  it('leaves a file when there is no service', async () => {
    expect(await call(event)).toEqual(quiet)
    expect(left()).toMatchObject([{ agent: 'claude', session: 'S', payload: JSON.parse(event) }])
  })

  it.each<['never' | number]>([['never'], [500], [404]])(
    'leaves a file when the service answers: %s',
    async (answer) => {
      await service(answer)
      expect(await call(event)).toEqual(quiet)
      expect(left()).toHaveLength(1)
    },
  )

  it('leaves a file when a dead service has left its socket', async () => {
    const { run: directory, serviceSocket } = resolveHome({ ITERM_ORCH_HOME: place.root })
    mkdirSync(directory, { recursive: true })
    writeFileSync(serviceSocket, '')
    expect(await call(event)).toEqual(quiet)
    expect(left()).toHaveLength(1)
  })

  it('does nothing for an agent that was started by hand, unless it is told to', async () => {
    expect(await call(event, ['--agent', 'claude'], { ITERM_ORCH_SESSION: '' })).toEqual(quiet)
    expect(left()).toEqual([])
    expect(await call(event, ['--agent', 'claude', '--always'], { ITERM_ORCH_SESSION: '' })).toEqual(quiet)
    expect(left()).toMatchObject([{ agent: 'claude', payload: JSON.parse(event) }])
    expect(left()[0]).not.toHaveProperty('session')
  })

  it('takes what Codex gives to its notify program', async () => {
    const end = '{"type":"agent-turn-complete","thread-id":"t"}'
    expect(await call('', ['--agent', 'codex', 'notify', end])).toEqual(quiet)
    expect(left()).toMatchObject([{ agent: 'codex', event: 'notify', payload: JSON.parse(end) }])
  })

  it('keeps the head of something big, and reads it to its end', async () => {
    const big = JSON.stringify({
      hook_event_name: 'PostToolUse',
      tool_name: 'Read',
      tool_input: { content: 'x'.repeat(5_000_000) },
    })
    expect(await call(big)).toEqual(quiet)
    expect(left()).toMatchObject([{ payload: { hook_event_name: 'PostToolUse', tool_name: 'Read' } }])
  })

  it('does not wait for an agent that never ends', async () => {
    expect(await call(undefined, ['--agent', 'claude', 'Stop'])).toEqual(quiet)
    expect(left()).toMatchObject([{ event: 'Stop', payload: {} }])
  })

  it.each([
    ['nothing', ''],
    ['no JSON', 'oops'],
    ['no object', '[1]'],
  ])('says nothing of %s', async (_, input) => {
    expect(await call(input)).toEqual(quiet)
    expect(left()).toEqual([])
  })

  it('lives without a standard input', async () => {
    expect(
      await call(undefined, ['--agent', 'claude', 'Stop'], { ITERM_ORCH_SESSION: 'S' }, 'ignore'),
    ).toEqual(quiet)
    expect(left()).toHaveLength(1)
  })

  it('does not wait for a person at a terminal', async () => {
    const [program = '', ...words] = [...own, 'hook', '--agent', 'claude', 'Stop']
    const env = { ...process.env, ITERM_ORCH_HOME: place.root, ITERM_ORCH_SESSION: 'S' }
    const terminal = spawnPty(program, words, { env })
    let said = ''
    terminal.onData((data) => {
      said += data
    })
    const exitCode = await new Promise((resolve) => terminal.onExit((exit) => resolve(exit.exitCode)))
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: '' })
    expect(left()).toMatchObject([{ event: 'Stop' }])
  })

  it('does not fail where it cannot write', async () => {
    writeFileSync(join(place.root, 'file'), '')
    expect(
      await call(event, ['--agent', 'claude'], {
        ITERM_ORCH_SESSION: 'S',
        ITERM_ORCH_HOME: join(place.root, 'file'),
      }),
    ).toEqual(quiet)
  })
})
