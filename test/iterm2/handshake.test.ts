import { createHash, randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSocket, parseProtocolVersion } from '../../src/iterm2/transport.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { startTerminal, makeClient } = useIterm2()

describe('the handshake', () => {
  it('sends every header exactly as the terminal requires it, and no other', async () => {
    const terminal = await startTerminal()
    const cookie = () => ({ cookie: 'c00c1e', key: 'the-key' })
    await makeClient({ socketPath: terminal.socketPath, name: 'tester', cookie }).connect()
    const [handshake] = terminal.handshakes
    expect(handshake?.method).toBe('GET')
    expect(handshake?.url).toBe('/')
    const pairs = pairUp(handshake?.rawHeaders ?? [])
    expect(pairs.map(([name]) => name.toLowerCase()).sort()).toEqual([
      'connection',
      'host',
      'origin',
      'sec-websocket-key',
      'sec-websocket-protocol',
      'sec-websocket-version',
      'upgrade',
      'x-iterm2-advisory-name',
      'x-iterm2-cookie',
      'x-iterm2-disable-auth-ui',
      'x-iterm2-key',
      'x-iterm2-library-version',
    ])
    expect(handshake?.headers).toMatchObject({
      connection: 'Upgrade',
      upgrade: 'websocket',
      host: 'localhost',
      origin: 'ws://localhost/',
      'sec-websocket-protocol': 'api.iterm2.com',
      'sec-websocket-version': '13',
      'x-iterm2-advisory-name': 'tester',
      'x-iterm2-cookie': 'c00c1e',
      'x-iterm2-key': 'the-key',
      'x-iterm2-disable-auth-ui': 'true',
    })
    expect(handshake?.headers['x-iterm2-library-version']).toMatch(/^iterm-orch \d+\.\d+$/)
  })

  it('leaves no header empty, whatever the name', async () => {
    const terminal = await startTerminal()
    await makeClient({ socketPath: terminal.socketPath, name: ' \r\n ', cookie: 'c' }).connect()
    const [handshake] = terminal.handshakes
    expect(pairUp(handshake?.rawHeaders ?? []).every(([, value]) => value.length > 0)).toBe(true)
  })

  it('reaches a socket in a path with spaces', async () => {
    const directory = mkdtempSync(join(homedir(), 's-'))
    const socketPath = join(directory, 'Application Support', 'i T', 'socket')
    await startTerminal({ socketPath })
    const client = makeClient({ socketPath, cookie: 'c' })
    await client.connect()
    expect(client.report.state).toBe('connected')
  })

  it('looks for the socket of the suite that IT2_SUITE names, below HOME', async () => {
    const HOME = mkdtempSync(join(homedir(), 'h-'))
    const socketPath = join(HOME, 'Library', 'Application Support', 'My Suite', 'private', 'socket')
    await startTerminal({ socketPath })
    const client = makeClient({ env: { HOME, IT2_SUITE: 'My Suite' }, cookie: 'c' })
    await client.connect()
    expect(client.report.state).toBe('connected')
  })

  it('reads the protocol version as two numbers', async () => {
    const terminal = await startTerminal({ protocolVersion: '1.10' })
    const client = makeClient({ socketPath: terminal.socketPath, cookie: 'c' })
    await client.connect()
    expect(client.protocolVersion).toEqual({ major: 1, minor: 10 })
  })

  it.each([[undefined], [''], ['1'], ['1.2.3'], ['a.b'], ['1.-2'], [['1.2', '1.3']]])(
    'takes the version %j for 0.0',
    (text) => {
      expect(parseProtocolVersion(text)).toEqual({ major: 0, minor: 0 })
    },
  )

  it.each([
    ['400 Bad Request', 'bad-handshake', 'connect-failed'],
    ['401 Unauthorized', 'unauthorized', 'auth-failed'],
    ['406 Upgrade your library', 'client-too-old', 'connect-failed'],
    ['500 Oops', 'connect-failed', 'connect-failed'],
  ])('turns %s into the error %s and the state %s', async (status, code, state) => {
    const terminal = await startTerminal()
    terminal.refuseNext(status)
    const client = makeClient({ socketPath: terminal.socketPath, cookie: 'c' })
    await expect(client.connect()).rejects.toMatchObject({
      name: 'Iterm2Error',
      code,
    })
    expect(client.report.state).toBe(state)
    expect(client.report.fix).not.toBe('')
    expect(terminal.handshakes).toHaveLength(1)
  })

  it('reports a garbled answer as a failed connection', async () => {
    const { path, close } = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    const client = makeClient({ socketPath: path, cookie: 'c' })
    await expect(client.connect()).rejects.toMatchObject({ code: 'connect-failed' })
    await close()
  })

  it('gives up a handshake when the client is closed', async () => {
    const arrived = new EventEmitter()
    const { path, close } = await rawServer((socket) => socket.once('data', () => arrived.emit('request')))
    const client = makeClient({ socketPath: path, cookie: 'c' })
    const refused = expect(client.connect()).rejects.toMatchObject({ code: 'aborted' })
    await once(arrived, 'request')
    await client.close()
    await refused
    await close()
  })
})

describe('a message to the terminal', () => {
  it('is one masked binary frame with FIN, without compression, however large', async () => {
    const frames = await recordFrames()
    const signal = new AbortController().signal
    const options = { socketPath: frames.path, name: 'n', credentials: undefined, signal }
    const { webSocket } = await openSocket(options)
    webSocket.send(randomBytes(300_000), { binary: true, fin: true })
    await frames.until((bytes) => bytes.length >= 300_000 + 14)
    const [first = 0, second = 0] = frames.bytes()
    expect(first).toBe(0x82)
    expect(second).toBe(0x80 | 127)
    expect(frames.bytes().readBigUInt64BE(2)).toBe(300_000n)
    expect(frames.bytes()).toHaveLength(300_000 + 14)
    webSocket.terminate()
    await frames.close()
  })
})

function pairUp(rawHeaders: string[]): Array<[string, string]> {
  const pairs: Array<[string, string]> = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? ''])
  }
  return pairs
}

async function rawServer(onConnection: (socket: Socket) => void) {
  const path = join(mkdtempSync(join(homedir(), 'r-')), 'socket')
  mkdirSync(dirname(path), { recursive: true })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  server.listen(path)
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { path, close }
}

/** Accepts the handshake by hand and keeps every byte that follows it. */
async function recordFrames() {
  let bytes = Buffer.alloc(0)
  let look = () => {}
  const { path, close } = await rawServer((socket) => {
    let head = ''
    socket.on('data', (chunk) => {
      if (head.includes('\r\n\r\n')) {
        bytes = Buffer.concat([bytes, chunk])
        look()
        return
      }
      head += chunk.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1] ?? ''
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: api.iterm2.com\r\n\r\n`,
      )
    })
  })
  const until = (condition: (bytes: Buffer) => boolean) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (condition(bytes)) resolve()
      }
      look()
    })
  return { path, close, until, bytes: () => bytes }
}
