// An agent that calls a hook, and the service and the files that it reports to, in a home of each test.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect } from 'vitest'
import { resolveHome } from '../../../src/lib/home.ts'
import { binary } from '../../cli/cli.ts'

/** The binary, as it is installed. */
export const own = [process.execPath, binary]
export const event = JSON.stringify({ hook_event_name: 'Stop', session_id: 'c', background_tasks: [] })

export const place = { root: '' }
let servers: Server[] = []
beforeEach(() => {
  place.root = mkdtempSync(join(tmpdir(), 'k-'))
})
afterEach(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
  servers = []
})

interface Ran {
  code: number | null
  said: string
}

/** What every call of a hook comes to. */
export const quiet: Ran = { code: 0, said: '' }

/** Runs a program as an agent does. Input `undefined`: the agent never ends what it writes. */
export async function run(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  input: string | undefined,
  stdin: 'pipe' | 'ignore' = 'pipe',
): Promise<Ran> {
  const [program = '', ...args] = argv
  const child = spawn(program, args, {
    stdio: [stdin, 'pipe', 'pipe'],
    env: { ...process.env, ITERM_ORCH_HOME: place.root, ...env },
  })
  const failed: Error[] = []
  child.stdin?.on('error', (error) => failed.push(error))
  if (input !== undefined) child.stdin?.end(input)
  const said = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : '')))
  const [code] = await once(child, 'close')
  expect(failed).toEqual([])
  return { code, said: (await said).join('') }
}

/** A service that answers with this status, or never. */
export async function service(answer: number | 'never'): Promise<Record<string, unknown>[]> {
  const { run: directory, serviceSocket } = resolveHome({ ITERM_ORCH_HOME: place.root })
  mkdirSync(directory, { recursive: true })
  const received: Record<string, unknown>[] = []
  const server = createServer(async (request, response) => {
    received.push({ path: request.url, ...JSON.parse(await text(request)) })
    if (answer !== 'never') response.writeHead(answer).end('{}')
  })
  servers.push(server)
  server.listen(serviceSocket)
  await once(server, 'listening')
  return received
}

/** The reports that were left in files. */
export function left(): Record<string, unknown>[] {
  const directory = join(resolveHome({ ITERM_ORCH_HOME: place.root }).state, 'hooks')
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.json'))
    return names.map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')))
  } catch {
    return []
  }
}

/** The same, as soon as there is one: the hook goes on when the agent does. */
export async function leftLater(): Promise<Record<string, unknown>[]> {
  while (left().length === 0) await delay(20)
  return left()
}

/** Resolves when so many reports have arrived: on a busy computer, after the hook has given up waiting for it. */
export async function arrival(reports: readonly unknown[], count = 1): Promise<void> {
  while (reports.length < count) await delay(5)
}
