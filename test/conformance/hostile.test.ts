// What a host must survive: everything that is not a client. After each kind of abuse a real client finds
// the host at work, with as many open files as before and no more memory than the abuse could explain.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canReadProcesses, openFiles, residentMb } from './process-facts.ts'
import { upgradeHeaders } from './python-like-client.ts'
import { frame, Opcode, openSocket, RawWebSocket, readReply } from './raw-web-socket.ts'
import { useHost } from './use-host.ts'

const { host, connect, dropClients } = useHost()

/** Garbage of a few hundred messages is collected late; a leak of the abuse itself would be far larger. */
const maxGrowthMb = 80

let filesBefore = 0
let memoryBefore = 0

beforeEach(() => {
  filesBefore = canReadProcesses ? openFiles(host().pid) : 0
  memoryBefore = canReadProcesses ? residentMb(host().pid) : 0
})

afterEach(async () => {
  dropClients()
  const client = await connect()
  await client.call('listSessions', {})
  client.drop()
  if (!canReadProcesses) return
  await expect.poll(() => openFiles(host().pid), { timeout: 5000 }).toBeLessThanOrEqual(filesBefore)
  expect(residentMb(host().pid) - memoryBefore).toBeLessThan(maxGrowthMb)
})

const headers = () => upgradeHeaders({ socketPath: '', credentials: host().credentials })
const open = () => RawWebSocket.connect(host().socketPath, headers())

describe('before the handshake, the host survives', () => {
  it('random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 5000 }), async (bytes) => {
        const socket = await openSocket(host().socketPath)
        socket.write(Buffer.concat([bytes, Buffer.from('\r\n\r\n')]))
        const reply = await readReply(socket).catch(() => ({ status: 400 }))
        expect(reply.status).toBe(400)
        socket.destroy()
      }),
      { numRuns: 200 },
    )
  })

  it('sockets that never say anything, or stop in the middle of a header', async () => {
    const sockets: Socket[] = []
    for (let count = 0; count < 200; count += 1) {
      const socket = await openSocket(host().socketPath)
      if (count % 2 === 0) socket.write('GET / HTTP/1.1\r\nHost: loc')
      sockets.push(socket)
    }
    await (await connect()).call('listSessions', {})
    for (const socket of sockets) socket.destroy()
  })

  it('2,000 connections that come and go', async () => {
    for (let batch = 0; batch < 20; batch += 1) {
      const clients = await Promise.all(Array.from({ length: 100 }, open))
      for (const client of clients) client.drop()
    }
  })
})

describe('after the handshake, the host survives', () => {
  it('random bytes as messages', async () => {
    const client = await connect()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => client.socket.send(bytes)),
      { numRuns: 1000 },
    )
    client.socket.removeAllListeners('message')
    client.drop()
  })

  it('random bytes as frames', async () => {
    for (let round = 0; round < 100; round += 1) {
      const client = await open()
      client.socket.write(randomBytes(300))
      if (round % 2 === 0) client.socket.end()
      client.drop()
    }
  })

  it('the announcement of a frame of 2^62 bytes', async () => {
    const client = await open()
    client.socket.write(Buffer.from('82ff4000000000000000', 'hex'))
    client.socket.write(randomBytes(100_000))
    const closed = once(client.socket, 'close')
    await (await connect()).call('listSessions', {})
    client.drop()
    await closed
  })

  it('a request that names a length of 4 GB inside', async () => {
    const client = await connect()
    for (let round = 0; round < 100; round += 1) {
      client.socket.send(Buffer.from([0xd2, 0x06, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x01]))
    }
    await client.call('listSessions', {})
  })

  it('ten thousand pings whose answers are not read', async () => {
    const client = await open()
    client.socket.pause()
    for (let round = 0; round < 10_000; round += 1) {
      client.socket.write(frame(Opcode.ping, Buffer.alloc(125, round & 0xff)))
    }
    await (await connect()).call('listSessions', {})
    client.drop()
  })

  it('a client that subscribes to everything and reads nothing', async () => {
    const lazy = await connect()
    for (const notificationType of [2, 6, 7, 8, 9, 11] as const) {
      await lazy.call('notification', { session: 'all', subscribe: true, notificationType })
    }
    lazy.socket.socket.pause()
    const busy = await connect()
    const { sessionId, windowId } = await busy.call('createTab', {})
    for (let round = 0; round < 300; round += 1) {
      const data = Buffer.from(`line ${round} ${'x'.repeat(500)}\r\n`)
      await busy.call('inject', { sessionId: [sessionId], data })
    }
    await busy.call('close', { windows: { windowIds: [windowId] }, force: true })
    lazy.drop()
  })
})
