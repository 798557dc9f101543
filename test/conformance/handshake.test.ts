import { describe, expect, it } from 'vitest'
import { upgradeHeaders } from './python-like-client.ts'
import { frame, HandshakeRefused, Opcode, RawWebSocket } from './raw-web-socket.ts'
import { useHost } from './use-host.ts'

const { host, connect } = useHost()

describe('the handshake of the Python client', () => {
  it('is accepted: subprotocol named, version told, no compression although offered', async () => {
    const client = await connect()
    const { headers } = client.socket
    expect(headers.get('sec-websocket-protocol')).toBe('api.iterm2.com')
    expect(headers.has('sec-websocket-extensions')).toBe(false)
    expect(headers.get('x-iterm2-protocol-version')).toMatch(/^\d+\.\d+$/)
    expect(client.protocolVersion[0]).toBeGreaterThanOrEqual(1)
  })

  it('is refused with 401 without a valid cookie, and a fresh one opens the door', async () => {
    const stale = { cookie: '0'.repeat(32), key: 'stale' }
    await expect(connect({ credentials: stale })).rejects.toMatchObject({ reply: { status: 401 } })
    const client = await connect({
      credentials: stale,
      requestCredentials: () => host().credentials,
    })
    await client.call('listSessions', {})
  })

  it('of a library that is too old is refused with 406', async () => {
    await expect(connect({ libraryVersion: '0.23' })).rejects.toMatchObject({ reply: { status: 406 } })
    await connect({ libraryVersion: '0.3' })
  })

  it('refusals carry neither headers nor body, and the connection ends', async () => {
    const headers = upgradeHeaders({ socketPath: '', credentials: { cookie: 'no', key: 'no' } })
    const refused = await RawWebSocket.connect(host().socketPath, headers).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(HandshakeRefused)
    if (!(refused instanceof HandshakeRefused)) return
    expect([...refused.reply.headers.keys()].filter((name) => name !== 'connection')).toEqual([])
    expect(refused.reply.rest).toHaveLength(0)
  })
})

describe('the connection', () => {
  it('answers id 0 before any notification, and every id as it came', async () => {
    const client = await connect()
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => client.roundTrip({ focusRequest: {} })),
    )
    expect(replies.map((reply) => reply.id)).toEqual(Array.from({ length: 50 }, (_, id) => id))
    expect(client.violations).toEqual([])
  })

  it('answers a ping with the same bytes', async () => {
    const client = await connect()
    const payload = Buffer.from('are you there?')
    const pong = new Promise<Buffer>((resolve) => client.socket.once('pong', resolve))
    client.socket.socket.write(frame(Opcode.ping, payload))
    expect(await pong).toEqual(payload)
  })

  it('answers a close frame and goes', async () => {
    const client = await connect()
    const closing = new Promise<Buffer>((resolve) => client.socket.once('close-frame', resolve))
    client.socket.socket.write(frame(Opcode.close, Buffer.from([0x03, 0xe8])))
    await closing
    await client.closed
  })

  it('ignores text messages, and works on', async () => {
    const client = await connect()
    client.socket.socket.write(frame(Opcode.text, Buffer.from('hello')))
    await client.call('listSessions', {})
  })

  it('answers an undecodable message with an error when its id can be read', async () => {
    const client = await connect()
    const answered = new Promise<Buffer>((resolve) => client.socket.once('message', resolve))
    // id 77, then a length that goes beyond the end.
    client.socket.send(Buffer.from([0x08, 77, 0xd2, 0x06, 0x7f, 0x01]))
    const message = await answered
    expect([...message.subarray(0, 2)]).toEqual([0x08, 77])
    expect(message[2]).toBe(0x12)
    expect(client.violations.splice(0)).toEqual(['a reply to nothing, id 77'])
    await client.call('listSessions', {})
  })
})
