import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Client } from '../../src/iterm2/client.ts'
import type { Iterm2Error } from '../../src/iterm2/errors.ts'
import { requestTimeout } from '../../src/iterm2/request-timeouts.ts'
import { encodeServerMessage } from '../../src/messages/codec.ts'
import { whole } from '../support/fake-api-server.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'
import { standStill } from '../support/stand-still.ts'

const { connected, makeClient } = useIterm2()

describe('a request', () => {
  it('counts its id up from 1', async () => {
    const { terminal, client } = await connected()
    terminal.respond('sendText', () => ({ status: 0 }))
    await client.request('sendText', { session: 's', text: 'a' })
    await client.request('sendText', { session: 's', text: 'b' })
    expect(terminal.received.map((message) => message.id)).toEqual([1, 2])
  })

  it('gets its own reply when replies come in another order', async () => {
    const { terminal, client } = await connected()
    terminal.respond('getProperty', () => undefined)
    const first = client.request('getProperty', { sessionId: 'a', name: 'buried' })
    const second = client.request('getProperty', { sessionId: 'b', name: 'buried' })
    await terminal.until(() => terminal.received.length === 2)
    terminal.send({ id: 2, getPropertyResponse: { jsonValue: '"second"' } })
    terminal.send({ id: 1, getPropertyResponse: { jsonValue: '"first"' } })
    expect(await first).toMatchObject({ jsonValue: '"first"' })
    expect(await second).toMatchObject({ jsonValue: '"second"' })
  })

  it('is not settled by a notification, whatever its id', async () => {
    const { terminal, client } = await connected()
    terminal.respond('listSessions', () => undefined)
    let notifications = 0
    client.on('notification', () => notifications++)
    const reply = client.request('listSessions', {})
    await terminal.until(() => terminal.received.length === 1)
    terminal.notify({ newSessionNotification: { sessionId: 'n' } })
    terminal.send({ id: 0, notification: { newSessionNotification: { sessionId: 'n' } } })
    terminal.send({ id: 1, notification: { newSessionNotification: { sessionId: 'n' } } })
    terminal.send({ id: 1, listSessionsResponse: { windows: [{ windowId: 'w' }] } })
    expect((await reply).windows?.[0]?.windowId).toBe('w')
    expect(notifications).toBe(3)
  })

  it('fails with the text of an error reply', async () => {
    const { terminal, client } = await connected()
    terminal.respond('focus', () => whole({ error: 'upgrade me' }))
    const failure = client.request('focus', {})
    await expect(failure).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('upgrade me'),
    })
  })

  it('fails when the reply has no submessage, or that of another request', async () => {
    const { terminal, client } = await connected()
    terminal.respond('getBuffer', () => whole({}))
    await expect(client.request('getBuffer', { session: 's' })).rejects.toMatchObject({ code: 'empty-reply' })
    terminal.respond('getBuffer', () => whole({ focusResponse: {} }))
    await expect(client.request('getBuffer', { session: 's' })).rejects.toMatchObject({ code: 'empty-reply' })
  })

  it('fails when no reply comes in time, and a late reply disturbs nobody', async () => {
    const { terminal, client } = await connected({ requestTimeoutMs: 30 })
    terminal.respond('focus', () => undefined)
    await expect(client.request('focus', {})).rejects.toMatchObject({ code: 'timeout' })
    terminal.send({ id: 1, focusResponse: {} })
    terminal.respond('focus', () => ({ notifications: [] }))
    await client.request('focus', {}, { timeoutMs: 5_000 })
    expect(client.report.state).toBe('connected')
  })

  it('waits for a reply that came while this process stood still', async () => {
    const { terminal, client } = await connected({ requestTimeoutMs: 300 })
    terminal.respond('focus', () => ({ notifications: [] }))
    const reply = client.request('focus', {})
    standStill(600)
    expect(await reply).toMatchObject({ notifications: [] })
  })

  it('can be given up through a signal, which keeps no listener', async () => {
    const { terminal, client } = await connected()
    terminal.respond('focus', () => undefined)
    const controller = new AbortController()
    const request = client.request('focus', {}, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(request).rejects.toMatchObject({ code: 'aborted', cause: { message: 'enough' } })
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    await expect(client.request('focus', {}, { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    })
  })

  it('fails at once when the connection drops while it waits, and while there is none', async () => {
    const { terminal, client } = await connected({ reconnect: false })
    terminal.respond('focus', () => undefined)
    const request = client.request('focus', {})
    await terminal.until(() => terminal.received.length === 1)
    terminal.drop()
    await expect(request).rejects.toMatchObject({ code: 'disconnected' })
    await expect(client.request('focus', {})).rejects.toMatchObject({ code: 'disconnected' })
    await expect(makeClient({ cookie: 'c' }).request('focus', {})).rejects.toMatchObject({
      code: 'disconnected',
    })
  })

  it('refuses to round an int64', async () => {
    const { terminal, client } = await connected()
    terminal.respond('getBuffer', () => ({ cursor: { x: 1, y: Number.MAX_SAFE_INTEGER } }))
    const range = { coordRange: { start: { x: 0, y: 2 ** 53 }, end: { x: 0, y: 1 } } }
    const rounded = client.request('getBuffer', { session: 's', lineRange: { windowedCoordRange: range } })
    await expect(rounded).rejects.toMatchObject({ code: 'invalid-argument' })
    const reply = await client.request('getBuffer', { session: 's' })
    expect(reply.cursor?.y).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('takes a reply of many megabytes', async () => {
    const { terminal, client } = await connected()
    const text = 'x'.repeat(1000)
    const contents = Array.from({ length: 40_000 }, () => ({ text }))
    terminal.respond('getBuffer', () => ({ contents }))
    const reply = await client.request('getBuffer', { session: 's' })
    expect(reply.contents).toHaveLength(40_000)
    expect(reply.contents?.at(-1)?.text).toBe(text)
  })

  it('may take as long as the person or the function behind it needs', () => {
    expect(requestTimeout('listSessions', {}, 10_000)).toBe(10_000)
    // A frozen terminal is found out by its screen as soon as by everything else; history may be large.
    const screen = { session: 's', lineRange: { screenContentsOnly: true } }
    expect(requestTimeout('getBuffer', screen, 10_000)).toBe(10_000)
    expect(requestTimeout('getBuffer', { lineRange: { trailingLines: 9_000 } }, 10_000)).toBe(30_000)
    expect(requestTimeout('close', { force: true }, 10_000)).toBe(30_000)
    expect(requestTimeout('close', {}, 10_000)).toBeGreaterThan(60_000)
    expect(requestTimeout('invokeFunction', { timeout: 90 }, 10_000)).toBe(95_000)
    expect(requestTimeout('invokeFunction', { timeout: -1 }, 10_000)).toBe(35_000)
  })
})

describe('what is no message', () => {
  it('is counted and told, and the connection goes on', async () => {
    const { terminal, client } = await connected()
    const errors: Iterm2Error[] = []
    client.on('error', (error) => errors.push(error))
    terminal.sendBytes(Buffer.from([0xff, 0xff, 0xff]))
    terminal.sendText('hello')
    terminal.respond('focus', () => ({ notifications: [] }))
    await client.request('focus', {})
    expect(client.undecodable).toBe(2)
    expect(errors.map((error) => error.code)).toEqual(['undecodable', 'undecodable'])
  })

  it('fails the request it was meant for, when the id can still be read', async () => {
    const { terminal, client } = await connected()
    terminal.respond('focus', () => undefined)
    const request = client.request('focus', {})
    await terminal.until(() => terminal.received.length === 1)
    const reply = encodeServerMessage({ id: 1, focusResponse: { notifications: [{ session: 'abc' }] } })
    terminal.sendBytes(reply.subarray(0, -2))
    await expect(request).rejects.toMatchObject({ code: 'undecodable' })
  })

  it('never ends the connection, whatever the bytes', async () => {
    const { terminal, client } = await connected()
    const valid = encodeServerMessage({
      id: 99,
      notification: { screenUpdateNotification: { session: 'abc' } },
      listSessionsResponse: { windows: [{ windowId: 'w', tabs: [{ tabId: '1' }] }] },
    })
    const damaged = fc
      .tuple(fc.nat({ max: valid.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: valid.length }))
      .map(([at, byte, length]) => {
        const bytes = Uint8Array.from(valid)
        bytes[at] = byte
        return bytes.subarray(0, length)
      })
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), async (bytes) => {
        terminal.sendBytes(bytes)
        const arrived = untilNotified(client, 'marker')
        terminal.notify({ newSessionNotification: { sessionId: 'marker' } })
        await arrived
      }),
      { numRuns: 300 },
    )
    expect(client.report.state).toBe('connected')
    expect(terminal.handshakes).toHaveLength(1)
  })

  it('ends the connection, but not the program, when it is no WebSocket frame either', async () => {
    const { terminal, client } = await connected({ reconnect: false })
    const lost = new Promise((resolve) => client.once('state', resolve))
    terminal.sendRaw(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    expect(await lost).toMatchObject({ state: 'disconnected' })
  })
})

function untilNotified(client: Client, sessionId: string): Promise<void> {
  return new Promise((resolve) => {
    client.on('notification', function look(notification) {
      if (notification.newSessionNotification?.sessionId !== sessionId) return
      client.off('notification', look)
      resolve()
    })
  })
}
