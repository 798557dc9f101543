import { once } from 'node:events'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeClientMessage } from '../../../src/messages/codec.ts'
import { frame, Opcode } from '../../conformance/raw-web-socket.ts'
import { connect, type RawClient, type ServedHost, serve } from './serve.ts'

let host: ServedHost
let client: RawClient

beforeEach(async () => {
  host = await serve()
  client = await connect(host)
})

/** Sends a request with any int64 as its id, and gives the id of the answer. */
async function echoOf(id: bigint, body: Uint8Array): Promise<bigint> {
  const { webSocket } = client
  // Our own codec refuses such ids.
  webSocket.removeAllListeners('message')
  const answer = new Promise<Buffer>((resolve) => webSocket.once('message', resolve))
  const head = protobuf.Writer.create().uint32(0x08).int64(id.toString()).finish()
  webSocket.send(Buffer.concat([head, body]))
  const reader = protobuf.Reader.create(await answer)
  expect(reader.uint32()).toBe(0x08)
  return BigInt(reader.int64().toString())
}

/** A field that holds a message or bytes. */
function nested(field: number, bytes: Uint8Array): Uint8Array {
  return protobuf.Writer.create()
    .uint32((field << 3) | 2)
    .bytes(bytes)
    .finish()
}

describe('ids', () => {
  it('come back exactly, beyond 2^53 and below zero, in replies and errors', async () => {
    const listSessions = encodeClientMessage({ listSessionsRequest: {} })
    for (const id of [0n, 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -1n, -(2n ** 63n)]) {
      expect(await echoOf(id, listSessions)).toBe(id)
      expect(await echoOf(id, Uint8Array.of(0xff))).toBe(id)
    }
  })
})

describe('messages that are none', () => {
  it('are answered with an error when they have an id, and ignored when not', async () => {
    client.webSocket.send(Uint8Array.of(0xff, 0xff, 0xff))
    client.webSocket.send(Uint8Array.of(0x08, 9, 0xd2, 0x06, 0x7f))
    expect((await client.reply(9)).error).toMatch(/Cannot decode/)
    expect(client.received).toHaveLength(1)
  })

  it('get an error when they hold no request, or one that nobody knows', async () => {
    expect((await client.call({})).error).toMatch(/newer version/)
    client.webSocket.send(Uint8Array.of(0x08, 50, 0xfa, 0x3f, 0x00))
    expect((await client.reply(50)).error).toMatch(/newer version/)
  })

  it('with numbers that cannot be exact are refused, not rounded', async () => {
    const y = protobuf.Writer.create().uint32(0x10).int64('9007199254740993').finish()
    const lineRange = nested(3, nested(1, nested(1, y)))
    client.webSocket.send(Buffer.concat([Uint8Array.of(0x08, 7), nested(100, nested(2, lineRange))]))
    expect((await client.reply(7)).error).toMatch(/2\^53/)
  })

  it('nested thousands deep are refused', async () => {
    let node: Uint8Array = new Uint8Array()
    for (let depth = 0; depth < 4000; depth += 1) node = nested(2, nested(2, node))
    client.webSocket.send(Buffer.concat([Uint8Array.of(0x08, 3), nested(122, nested(1, node))]))
    await client.reply(3)
    expect((await client.call({ listSessionsRequest: {} })).listSessionsResponse).toBeDefined()
  })

  it('as random bytes leave the connection working', async () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        client.webSocket.send(bytes)
      }),
      { numRuns: 500 },
    )
    client.webSocket.removeAllListeners('message')
    const other = await connect(host)
    expect((await other.call({ focusRequest: {} })).focusResponse).toBeDefined()
  })
})

describe('frames', () => {
  it('text is ignored, pings are answered, fragments are put together', async () => {
    const { webSocket } = client
    webSocket.socket.write(frame(Opcode.text, Buffer.from('hello')))
    const pong = once(webSocket.socket, 'data')
    webSocket.socket.write(frame(Opcode.ping, Buffer.from('x')))
    await pong
    const message = encodeClientMessage({ id: 4, focusRequest: {} })
    webSocket.socket.write(frame(Opcode.binary, message.subarray(0, 1), { fin: false }))
    webSocket.socket.write(frame(Opcode.continuation, message.subarray(1)))
    expect((await client.reply(4)).focusResponse).toBeDefined()
  })

  it('of closing are answered without code or reason, and the socket ends', async () => {
    const { webSocket } = client
    const payload = new Promise<Buffer>((resolve) => webSocket.once('close-frame', resolve))
    const closed = new Promise<void>((resolve) => webSocket.once('close', resolve))
    webSocket.socket.write(
      frame(Opcode.close, Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from('bye')])),
    )
    expect(await payload).toHaveLength(0)
    await closed
  })

  it('that are larger than allowed end the connection', async () => {
    const closed = new Promise<void>((resolve) => client.webSocket.once('close', resolve))
    client.webSocket.socket.write(Buffer.from('82ff0000000010000000', 'hex'))
    client.webSocket.socket.write(Buffer.alloc(100))
    await closed
  })
})

describe('many clients', () => {
  it('a thousand at once are all answered', async () => {
    const all: RawClient[] = []
    for (let batch = 0; batch < 10; batch += 1) {
      all.push(...(await Promise.all(Array.from({ length: 100 }, () => connect(host)))))
    }
    await Promise.all(all.map((each) => each.call({ listSessionsRequest: {} })))
  })

  it('that vanish leave the others alone', async () => {
    const others = await Promise.all(Array.from({ length: 50 }, () => connect(host)))
    for (const other of others) {
      other.send({ listSessionsRequest: {} })
      other.webSocket.drop()
    }
    expect((await client.call({ focusRequest: {} })).focusResponse).toBeDefined()
  })
})

it('a handler that fails is answered with an error, and the host goes on', async () => {
  await client.call({ createTabRequest: {} })
  const [session] = host.sessions
  if (!session) throw new Error('no session')
  vi.spyOn(session, 'lineInfo').mockImplementation(() => {
    throw new Error('broken for the test')
  })
  const reply = await client.call({
    getBufferRequest: { session: session.id, lineRange: { trailingLines: 1 } },
  })
  expect(reply.error).toContain('broken for the test')
  expect((await client.call({ listSessionsRequest: {} })).listSessionsResponse?.windows).toHaveLength(1)
})
