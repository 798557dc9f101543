// Scripted terminals and clients that are closed after each test.
import { afterEach } from 'vitest'
import { Client } from '../../src/iterm2/client.ts'
import type { ClientOptions } from '../../src/iterm2/client-types.ts'
import { FakeTerminal, type FakeTerminalOptions } from './fake-api-server.ts'

export function useIterm2() {
  const terminals: FakeTerminal[] = []
  const clients: Client[] = []

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
    await Promise.all(terminals.splice(0).map((terminal) => terminal.close()))
  })

  async function startTerminal(options?: FakeTerminalOptions): Promise<FakeTerminal> {
    const terminal = await FakeTerminal.start(options)
    terminals.push(terminal)
    return terminal
  }

  function makeClient(options: ClientOptions): Client {
    const client = new Client(options)
    clients.push(client)
    return client
  }

  /** A terminal with a client connected to it. */
  async function connected(options: ClientOptions & { terminal?: FakeTerminalOptions } = {}) {
    const terminal = await startTerminal(options.terminal)
    const client = makeClient({ socketPath: terminal.socketPath, cookie: 'c', ...options })
    await client.connect()
    return { terminal, client }
  }

  return { startTerminal, makeClient, connected }
}
