/** An embedded host in a process of its own for the tests of one file, and clients of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type Home, resolveHome } from '../../src/lib/home.ts'
import { PythonLikeApp } from './python-like-app.ts'
import { type ConnectOptions, type Credentials, PythonLikeClient } from './python-like-client.ts'
import { openSocket } from './raw-web-socket.ts'

export interface HostUnderTest {
  pid: number
  socketPath: string
  credentials: Credentials
}

const program = fileURLToPath(new URL('../support/host-main.ts', import.meta.url))
const startTimeoutMs = 15_000

/**
 * Runs a host around all tests of the calling file. After each test its clients are dropped, and none of
 * them may have been sent anything against the protocol; after the last the host must end by itself.
 */
export function useHost() {
  let child: ChildProcess | undefined
  let running: HostUnderTest | undefined
  const clients: PythonLikeClient[] = []
  const host = (): HostUnderTest => {
    if (!running) throw new Error('the host is not running')
    return running
  }
  const connect = async (options: Partial<ConnectOptions> = {}): Promise<PythonLikeClient> => {
    const { socketPath, credentials } = host()
    const client = await PythonLikeClient.connect({ socketPath, credentials, ...options })
    clients.push(client)
    return client
  }
  const dropClients = (): void => {
    for (const client of clients.splice(0)) client.drop()
  }

  beforeAll(async () => {
    const home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'h-')) })
    child = spawn(process.execPath, ['--import', 'tsx', program], {
      env: { ...process.env, ITERM_ORCH_HOME: home.root, SHELL: '/bin/sh', ITERM_ORCH_LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const cookie = await untilRunning(home, child)
    running = { pid: child.pid ?? 0, socketPath: home.hostSocket, credentials: { cookie, key: 'test' } }
  })

  afterEach(() => {
    const violations = clients.flatMap((client) => client.violations)
    dropClients()
    expect(violations).toEqual([])
  })

  afterAll(async () => {
    if (!child || child.exitCode !== null) throw new Error('the host died during the tests')
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  return { host, connect, dropClients, connectApp: async () => PythonLikeApp.get(await connect()) }
}

/** Gives the cookie as soon as the host listens. */
async function untilRunning(home: Home, child: ChildProcess): Promise<string> {
  const deadline = Date.now() + startTimeoutMs
  while (!existsSync(home.hostCookie) || !(await isListening(home.hostSocket))) {
    if (child.exitCode !== null) throw new Error(`the host ended with code ${child.exitCode}`)
    if (Date.now() > deadline) throw new Error('the host did not start')
    await delay(20)
  }
  return readFileSync(home.hostCookie, 'utf8').trim()
}

function isListening(socketPath: string): Promise<boolean> {
  return openSocket(socketPath).then(
    (socket) => socket.destroy() && true,
    () => false,
  )
}
