import { EventEmitter, once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSocket, parseProtocolVersion } from '../../src/iterm2/transport.ts'
import { decodeClientMessage } from '../../src/messages/codec.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'
import { shakeHands, startRawServer } from '../support/raw-terminal.ts'

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
    const { path, close } = await startRawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    const client = makeClient({ socketPath: path, cookie: 'c' })
    await expect(client.connect()).rejects.toMatchObject({ code: 'connect-failed' })
    await close()
  })

  it('reads a refusal that comes before the request was read, as for another user', async () => {
    const { path, close } = await startRawServer((socket) => socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n'))
    const client = makeClient({ socketPath: path, cookie: 'c' })
    await expect(client.connect()).rejects.toMatchObject({ code: 'unauthorized' })
    await close()
  })

  it('does not wait for ever for an answer', async () => {
    const { path, close } = await startRawServer(() => {})
    const { signal } = new AbortController()
    const options = { socketPath: path, name: 'n', credentials: undefined, signal, timeoutMs: 50 }
    await expect(openSocket(options)).rejects.toMatchObject({
      code: 'connect-failed',
      message: expect.stringContaining('timed out'),
    })
    await close()
  })

  it('gives up a handshake when the client is closed', async () => {
    const arrived = new EventEmitter()
    const { path, close } = await startRawServer((socket) =>
      socket.once('data', () => arrived.emit('request')),
    )
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
    let bytes = Buffer.alloc(0)
    const progress = new EventEmitter()
    const { path, close } = await startRawServer((socket) => {
      const keep = (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk])
        if (bytes.length >= 300_000) progress.emit('enough')
      }
      shakeHands(socket, () => {}, keep)
    })
    const client = makeClient({ socketPath: path, cookie: 'c', reconnect: false })
    await client.connect()
    const enough = once(progress, 'enough')
    const text = 'x'.repeat(300_000)
    const request = expect(client.request('sendText', { session: 's', text })).rejects.toThrow()
    await enough
    const length = Number(bytes.readBigUInt64BE(2))
    expect(bytes[0]).toBe(0x82)
    expect(bytes[1]).toBe(0x80 | 127)
    expect(bytes).toHaveLength(length + 14)
    const mask = bytes.subarray(10, 14)
    const message = decodeClientMessage(
      bytes.subarray(14).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
    )
    expect(message).toMatchObject({ id: 1, sendTextRequest: { session: 's', text } })
    await close()
    await request
  })
})

describe('a server that is no terminal', () => {
  it('is an error with a code, whatever it answers to the handshake', async () => {
    let answer: Uint8Array = new Uint8Array()
    const { path, close } = await startRawServer((socket) => socket.once('data', () => socket.end(answer)))
    const start = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n'
    const answers = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat({ max: start.length }).map((length) => Buffer.from(start.slice(0, length))),
    )
    await fc.assert(
      fc.asyncProperty(answers, async (bytes) => {
        answer = bytes
        const client = makeClient({ socketPath: path, cookie: 'c' })
        await expect(client.connect()).rejects.toMatchObject({ name: 'Iterm2Error' })
        expect(client.report.state).toBe('connect-failed')
      }),
      { numRuns: 80 },
    )
    await close()
  })

  it('ends the connection at most, whatever it sends after the handshake', async () => {
    let garbage: Uint8Array = new Uint8Array()
    const { path, close } = await startRawServer((socket) => {
      shakeHands(
        socket,
        () => socket.end(garbage),
        () => {},
      )
    })
    const lengthHeaders = [
      [0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      [0x82, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0],
    ]
    const frames = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.constantFrom(...lengthHeaders.map((bytes) => Uint8Array.from(bytes))),
    )
    await fc.assert(
      fc.asyncProperty(frames, async (bytes) => {
        garbage = bytes
        const client = makeClient({ socketPath: path, cookie: 'c', reconnect: false })
        const lost = new Promise<void>((resolve) => {
          client.on('state', (report) => report.state === 'disconnected' && resolve())
        })
        // It may be gone before the connect is through.
        await client.connect().catch((error) => expect(error).toMatchObject({ code: 'disconnected' }))
        await lost
      }),
      { numRuns: 80 },
    )
    await close()
  })

  it('cannot hold up the end of the client by ignoring its goodbye', async () => {
    const { path, close } = await startRawServer((socket) =>
      shakeHands(
        socket,
        () => {},
        () => {},
      ),
    )
    const client = makeClient({ socketPath: path, cookie: 'c' })
    await client.connect()
    await client.close()
    expect(client.report.state).toBe('disconnected')
    await close()
  })
})

function pairUp(rawHeaders: string[]): Array<[string, string]> {
  const pairs: Array<[string, string]> = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? ''])
  }
  return pairs
}
