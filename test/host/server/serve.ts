// A host with its socket in this process, and raw clients of it. Its sessions have no programs.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, vi } from 'vitest'
import { type RunHostOptions, type RunningHost, runHost } from '../../../src/host/run-host.ts'
import { type Home, resolveHome } from '../../../src/lib/home.ts'
import { decodeServerMessage, encodeClientMessage } from '../../../src/messages/codec.ts'
import type {
  ClientOriginatedMessage,
  Notification,
  ServerOriginatedMessage,
} from '../../../src/messages/iterm2.ts'
import { RawWebSocket } from '../../conformance/raw-web-socket.ts'
import { MemorySession } from '../memory-host.ts'

export interface ServedHost extends RunningHost {
  home: Home
  cookie: string
  /** Every session that was opened, in order. */
  sessions: MemorySession[]
}

const hosts: RunningHost[] = []
const clients: RawClient[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) client.webSocket.drop()
  for (const host of hosts.splice(0)) await host.close()
})

export function newHome(): Home {
  return resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(tmpdir(), 'h-')) })
}

export async function serve(options: Partial<RunHostOptions> = {}): Promise<ServedHost> {
  const sessions: MemorySession[] = []
  const home = options.home ?? newHome()
  const host = await runHost({
    home,
    createSession: (spec) => {
      const session = new MemorySession(spec)
      sessions.push(session)
      return session
    },
    ...options,
  })
  hosts.push(host)
  return { ...host, home, cookie: readFileSync(host.cookiePath, 'utf8').trim(), sessions }
}

export function goodHeaders(cookie: string): [string, string][] {
  return [
    ['Host', 'localhost'],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Protocol', 'api.iterm2.com'],
    ['Origin', 'ws://localhost/'],
    ['x-iterm2-library-version', 'test 1.0'],
    ['x-iterm2-cookie', cookie],
  ]
}

export async function connect(host: ServedHost): Promise<RawClient> {
  const client = new RawClient(await RawWebSocket.connect(host.socketPath, goodHeaders(host.cookie)))
  clients.push(client)
  return client
}

/** Remembers everything in the order in which it came. */
export class RawClient {
  readonly received: ServerOriginatedMessage[] = []
  #lastId = 0

  constructor(readonly webSocket: RawWebSocket) {
    webSocket.on('message', (payload) => this.received.push(decodeServerMessage(payload)))
  }

  get notifications(): Notification[] {
    return this.received.flatMap(({ notification }) => notification ?? [])
  }

  send(message: ClientOriginatedMessage): number {
    this.#lastId += 1
    this.webSocket.send(encodeClientMessage({ id: this.#lastId, ...message }))
    return this.#lastId
  }

  async call(message: ClientOriginatedMessage): Promise<ServerOriginatedMessage> {
    const id = this.send(message)
    return this.reply(id)
  }

  reply(id: number): Promise<ServerOriginatedMessage> {
    const find = () => this.received.find((message) => message.id === id && !message.notification)
    return vi.waitUntil(find, { interval: 1 })
  }

  /** Waits for notifications, and lets a moment pass in which more than expected would come. */
  async expectNotifications(count: number): Promise<Notification[]> {
    await vi.waitFor(() => expect(this.notifications.length).toBeGreaterThanOrEqual(count), { interval: 1 })
    await this.call({ focusRequest: {} })
    return this.notifications
  }
}
