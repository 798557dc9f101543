import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createRawServer, type Server as RawServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { spawn as spawnPty } from '@lydell/node-pty'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveHome } from '../../../src/lib/home.ts'
import { hookCommand } from '../../../src/signals/hooks/hook-command.ts'

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const own = [process.execPath, '--import', import.meta.resolve('tsx'), main]
const event = JSON.stringify({ hook_event_name: 'Stop', session_id: 'c', background_tasks: [] })

let root = ''
let servers: (Server | RawServer)[] = []
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'k-'))
})
afterEach(() => {
  for (const server of servers) server.close()
  servers = []
})

interface Ran {
  code: number | null
  said: string
}

/** Calls the hook as an agent does. Input `undefined`: the agent never ends what it writes. */
async function call(
  input: string | undefined,
  args: string[] = ['--agent', 'claude'],
  env: NodeJS.ProcessEnv = { ITERM_ORCH_SESSION: 'S' },
  stdin: 'pipe' | 'ignore' = 'pipe',
): Promise<Ran> {
  const [program = '', ...words] = [...own, 'hook', ...args]
  return run(program, words, env, input, stdin)
}

async function run(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  input: string | undefined,
  stdin: 'pipe' | 'ignore' = 'pipe',
): Promise<Ran> {
  const child = spawn(program, args, {
    stdio: [stdin, 'pipe', 'pipe'],
    env: { ...process.env, ITERM_ORCH_HOME: root, ...env },
  })
  const failed: Error[] = []
  child.stdin?.on('error', (error) => failed.push(error))
  if (input !== undefined) child.stdin?.end(input)
  const said = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')))
  const [code] = await once(child, 'close')
  expect(failed).toEqual([])
  return { code, said: (await said).join('') }
}

const quiet = { code: 0, said: '' }

/** A service that answers with this status, or never. */
async function service(answer: number | 'never'): Promise<unknown[]> {
  const { run: directory, serviceSocket } = resolveHome({ ITERM_ORCH_HOME: root })
  mkdirSync(directory, { recursive: true })
  const received: unknown[] = []
  const server =
    answer === 'never'
      ? createRawServer((socket) => socket.on('error', () => {}))
      : createServer(async (request, response) => {
          received.push({ path: request.url, ...JSON.parse(await text(request)) })
          response.writeHead(answer).end('{}')
        })
  servers.push(server)
  server.listen(serviceSocket)
  await once(server, 'listening')
  return received
}

function left(): Record<string, unknown>[] {
  const directory = join(resolveHome({ ITERM_ORCH_HOME: root }).state, 'hooks')
  try {
    return readdirSync(directory).map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')))
  } catch {
    return []
  }
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
    const { run: directory, serviceSocket } = resolveHome({ ITERM_ORCH_HOME: root })
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
    const env = { ...process.env, ITERM_ORCH_HOME: root, ITERM_ORCH_SESSION: 'S' }
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
    writeFileSync(join(root, 'file'), '')
    expect(
      await call(event, ['--agent', 'claude'], {
        ITERM_ORCH_SESSION: 'S',
        ITERM_ORCH_HOME: join(root, 'file'),
      }),
    ).toEqual(quiet)
  })
})

describe('the command in the settings', () => {
  const big = `{"hook_event_name":"Stop","x":"${'y'.repeat(300_000)}"}`
  const shell = (command: string, session: string, input: string) =>
    run('/bin/sh', ['-c', command], { ITERM_ORCH_SESSION: session }, input)

  it('reports a session', async () => {
    expect(await shell(hookCommand(own, 'claude', false), 'S', event)).toEqual(quiet)
    expect(left()).toHaveLength(1)
  })

  it('reads what it is given and starts nothing outside of a session', async () => {
    expect(await shell(hookCommand(['/nowhere/node'], 'claude', false), '', big)).toEqual(quiet)
    expect(left()).toEqual([])
  })

  it('is silent when iterm-orch was removed', async () => {
    expect(await shell(hookCommand(['/nowhere/node', '/x'], 'claude', false), 'S', big)).toEqual(quiet)
    expect(
      await shell(hookCommand([process.execPath, '/nowhere/main.js'], 'claude', true), 'S', big),
    ).toEqual(quiet)
  })
})
