import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { checkUpgrade } from '../../../src/host/server/check-upgrade.ts'
import { maxHeaders, maxLineBytes } from '../../../src/host/server/upgrade-request.ts'
import { openSocket, readReply } from '../../conformance/raw-web-socket.ts'
import { goodHeaders, type ServedHost, serve } from './serve.ts'

let host: ServedHost

beforeEach(async () => {
  host = await serve()
})

const key = randomBytes(16).toString('base64')

/** Sends a request with some headers replaced or added (a name without value is left out). */
async function statusOf(
  changes: Array<[string, string?]> = [],
  requestLine = 'GET / HTTP/1.1',
): Promise<number> {
  const changed = new Set(changes.map(([name]) => name.toLowerCase()))
  const all: Array<[string, string?]> = [...goodHeaders(host.cookie), ['Sec-WebSocket-Key', key]]
  const kept = all.filter(([name]) => !changed.has(name.toLowerCase()))
  const lines = [...kept, ...changes].flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`,
  )
  return (await ask(`${[requestLine, ...lines].join('\r\n')}\r\n\r\n`)).status
}

async function ask(text: string | Uint8Array) {
  const socket = await openSocket(host.socketPath)
  try {
    socket.write(text)
    return await readReply(socket)
  } finally {
    socket.destroy()
  }
}

describe('the socket', () => {
  it('is for its owner alone, in a directory for its owner alone, and so is the cookie', () => {
    expect(statSync(host.socketPath).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(host.socketPath)).mode & 0o777).toBe(0o700)
    expect(statSync(host.cookiePath).mode & 0o777).toBe(0o600)
    expect(host.cookie).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('an upgrade', () => {
  it('is accepted as every known client sends it', async () => {
    expect(await statusOf()).toBe(101)
    expect(
      await statusOf([
        ['Upgrade', 'WebSocket'],
        ['Connection', 'upgrade'],
      ]),
    ).toBe(101)
    expect(await statusOf([['Host', 'localhost:1912']])).toBe(101)
    expect(await statusOf([['Host', '127.0.0.1']])).toBe(101)
    expect(await statusOf([['Host', '[::1]:80']])).toBe(101)
    expect(await statusOf([['Origin', 'http://localhost:8080/x']])).toBe(101)
    expect(await statusOf([['x-iterm2-library-version', 'python 0.3']])).toBe(101)
    expect(await statusOf([['x-iterm2-library-version', 'swift 0.1']])).toBe(101)
    expect(await statusOf([['Sec-WebSocket-Key', 'anything']])).toBe(101)
    expect(await statusOf([['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits']])).toBe(
      101,
    )
    expect(
      await statusOf([
        ['x-iterm2-disable-auth-ui', 'true'],
        ['x-iterm2-key', 'k'],
      ]),
    ).toBe(101)
  })

  it('with a later version of WebSocket is told ours', async () => {
    const lines = goodHeaders(host.cookie).map(([name, value]) =>
      name === 'Sec-WebSocket-Version' ? `${name}: 14` : `${name}: ${value}`,
    )
    const reply = await ask(`GET / HTTP/1.1\r\n${lines.join('\r\n')}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`)
    expect(reply.status).toBe(101)
    expect(reply.headers.get('sec-websocket-version')).toBe('13')
  })

  it.each<[string, Array<[string, string?]>]>([
    ['no Upgrade', [['Upgrade']]],
    ['another Upgrade', [['Upgrade', 'h2c']]],
    ['no Connection', [['Connection']]],
    ['keep-alive beside Upgrade', [['Connection', 'keep-alive, Upgrade']]],
    ['no subprotocol', [['Sec-WebSocket-Protocol']]],
    ['a list of subprotocols', [['Sec-WebSocket-Protocol', 'api.iterm2.com, x']]],
    ['no key', [['Sec-WebSocket-Key']]],
    ['no version', [['Sec-WebSocket-Version']]],
    ['an old version', [['Sec-WebSocket-Version', '8']]],
    ['a version that is no number', [['Sec-WebSocket-Version', '13a']]],
    ['no host', [['Host']]],
    ['a foreign host', [['Host', 'localhost.evil.example']]],
    ['no origin', [['Origin']]],
    ['a foreign origin', [['Origin', 'http://evil.example/localhost']]],
    ['an origin that is no URL', [['Origin', 'localhost']]],
    ['no library version', [['x-iterm2-library-version']]],
    ['a library version without number', [['x-iterm2-library-version', 'python']]],
    ['a library version of three words', [['x-iterm2-library-version', 'python 2 x']]],
    ['a library version that is no decimal', [['x-iterm2-library-version', 'python 2.1.3']]],
    ['a body', [['Content-Length', '0']]],
    ['a header line that is too long', [['x-long', 'y'.repeat(maxLineBytes)]]],
    [
      'too many headers',
      Array.from({ length: maxHeaders }, (_, index): [string, string] => [`x-${index}`, 'y']),
    ],
  ])('with %s is refused with 400', async (_, changes) => {
    expect(await statusOf(changes)).toBe(400)
  })

  it('with a malformed header line is refused with 400', async () => {
    for (const line of ['x-empty:', 'no colon', ': no name', ' : blank']) {
      expect(await statusOf([], `GET / HTTP/1.1\r\n${line}`)).toBe(400)
    }
  })

  it('with a bad request line is refused with 400', async () => {
    for (const line of [
      'GET /x HTTP/1.1',
      'POST / HTTP/1.1',
      'GET / HTTP/1.0',
      'GET / HTTP/1.1 x',
      'GET /',
      '',
    ]) {
      expect(await statusOf([], line)).toBe(400)
    }
  })

  it('takes the last of repeated headers, in any case of letters', async () => {
    expect(
      await statusOf([
        ['Origin', 'http://evil.example'],
        ['ORIGIN', 'ws://localhost/'],
      ]),
    ).toBe(101)
    expect(
      await statusOf([
        ['Origin', 'ws://localhost/'],
        ['oRiGiN', 'http://evil.example'],
      ]),
    ).toBe(400)
  })

  it('of an old python library is refused with 406, however good its cookie', async () => {
    expect(await statusOf([['x-iterm2-library-version', 'python 0.23']])).toBe(406)
    expect(await statusOf([['x-iterm2-library-version', 'python 0.199']])).toBe(406)
  })

  it('without a valid cookie is refused with 401', async () => {
    expect(await statusOf([['x-iterm2-cookie']])).toBe(401)
    expect(await statusOf([['x-iterm2-cookie', host.cookie.slice(1)]])).toBe(401)
    expect(await statusOf([['x-iterm2-cookie', host.cookie.toUpperCase().replace(/\d/g, 'F')]])).toBe(401)
    expect(await statusOf([['x-iterm2-cookie', `${host.cookie}0`]])).toBe(401)
  })

  it('that takes too long is refused with 400', async () => {
    host = await serve({ requestTimeoutMs: 50 })
    const reply = await ask('GET / HTTP/1.1\r\nHost: local')
    expect(reply).toMatchObject({ status: 400 })
    expect(reply.headers.size).toBe(0)
  })

  it('may come byte by byte', async () => {
    const socket = await openSocket(host.socketPath)
    const lines = goodHeaders(host.cookie).map(([name, value]) => `${name}:${value}`)
    const text = `GET / HTTP/1.1\n${lines.join('\n')}\nSec-WebSocket-Key: ${key}\n\n`
    const reply = readReply(socket)
    for (const character of text) socket.write(character)
    expect((await reply).status).toBe(101)
    socket.destroy()
  })

  it('may be followed by the first frame in the same write', async () => {
    const socket = await openSocket(host.socketPath)
    const lines = goodHeaders(host.cookie).map(([name, value]) => `${name}: ${value}`)
    const head = `GET / HTTP/1.1\r\n${lines.join('\r\n')}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`
    // A masked ping with an empty payload.
    socket.write(Buffer.concat([Buffer.from(head), Buffer.from([0x89, 0x80, 0, 0, 0, 0])]))
    const received: Buffer[] = []
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        received.push(chunk)
        if (
          Buffer.concat(received)
            .subarray(-2)
            .equals(Buffer.from([0x8a, 0]))
        )
          resolve()
      })
    })
    socket.destroy()
  })
})

it('whatever bytes come, the answer is a refusal or nothing', async () => {
  const line = fc.oneof(
    fc.constantFrom('GET / HTTP/1.1', 'Host: localhost', 'Upgrade: websocket', 'x:', ':', '', 'a: b'),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
      const reply = await ask(`${lines.join('\r\n')}\r\n\r\n`)
      expect(reply.status).toBe(400)
    }),
    { numRuns: 200 },
  )
})

it('the check itself never throws, and accepts nothing without a cookie', () => {
  const names = goodHeaders('').map(([name]) => name.toLowerCase())
  const headers = fc.array(fc.tuple(fc.constantFrom(...names, 'content-length'), fc.string()))
  fc.assert(
    fc.property(headers, (entries) => {
      const request = { method: 'GET', path: '/', protocol: 'HTTP/1.1', headers: new Map(entries) }
      expect(checkUpgrade(request, () => false).status).not.toBe(101)
    }),
  )
})
