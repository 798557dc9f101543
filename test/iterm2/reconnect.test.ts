import { once } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BackOff } from '../../src/iterm2/back-off.ts'
import type { Client } from '../../src/iterm2/client.ts'
import type { ConnectionState } from '../../src/iterm2/connection-state.ts'
import type { Iterm2Error } from '../../src/iterm2/errors.ts'
import { NotificationResponseStatus } from '../../src/messages/iterm2.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected, makeClient, startTerminal } = useIterm2()

/** Waits of no time, recorded. */
function countedSleep() {
  const delays: number[] = []
  const sleep = async (ms: number) => {
    delays.push(ms)
    await new Promise(setImmediate)
  }
  return { delays, sleep }
}

function untilReconnected(client: Client): Promise<void> {
  return new Promise((resolve) => client.once('reconnected', resolve))
}

function untilState(client: Client, state: ConnectionState): Promise<void> {
  return new Promise((resolve) => {
    client.on('state', (report) => report.state === state && resolve())
  })
}

describe('a lost connection', () => {
  it('is made again, and every subscription with it before anyone is told', async () => {
    const { sleep } = countedSleep()
    const { terminal, client } = await connected({ reconnect: { sleep } })
    const heard: unknown[] = []
    await client.subscribe({ type: 'screen-update', session: 's1' }, (n) => heard.push(n))
    await client.subscribe({ type: 'layout-change' }, () => {})
    await client.registerFunction({ name: 'greet', arguments: ['who'] }, () => 'hi')
    const ended = await client.subscribe({ type: 'focus-change' }, () => {})
    await ended()
    const states: ConnectionState[] = []
    client.on('state', ({ state }) => states.push(state))
    const before = terminal.subscriptions.length
    let subscribedWhenTold = 0
    client.once('reconnected', () => {
      subscribedWhenTold = terminal.subscriptions.length - before
    })
    const back = untilReconnected(client)
    terminal.drop()
    await back
    expect(states).toEqual(['disconnected', 'connected'])
    expect(subscribedWhenTold).toBe(3)
    const again = terminal.subscriptions.slice(before)
    expect(again.map(({ notificationType, session }) => [notificationType, session])).toEqual([
      [2, 's1'],
      [8, 'all'],
      [10, 'all'],
    ])
    const told = new Promise((resolve) => client.once('notification', resolve))
    terminal.notify({ screenUpdateNotification: { session: 's1' } })
    await told
    expect(heard).toHaveLength(1)
  })

  it('is tried for with growing delays while the terminal is away', async () => {
    const { delays, sleep } = countedSleep()
    const { terminal, client } = await connected({
      reconnect: { sleep, random: () => 1, firstDelayMs: 100, maxDelayMs: 500 },
    })
    const away = untilState(client, 'not-running')
    await terminal.stopListening()
    await away
    const back = untilReconnected(client)
    await expect.poll(() => delays.length).toBeGreaterThan(4)
    await terminal.listen()
    await back
    expect(delays.slice(0, 5)).toEqual([100, 200, 400, 500, 500])
    expect(client.report.state).toBe('connected')
  })

  it('comes back although a listener throws', async () => {
    const { sleep } = countedSleep()
    const { terminal, client } = await connected({ reconnect: { sleep } })
    const failed = new Promise<Iterm2Error>((resolve) => client.once('error', resolve))
    client.on('reconnected', () => {
      throw new Error('mine')
    })
    terminal.drop()
    expect(await failed).toMatchObject({ code: 'handler-failed', cause: { message: 'mine' } })
    expect(client.report.state).toBe('connected')
    expect(terminal.handshakes).toHaveLength(2)
  })

  it('that drops again while it is being set up does not end the tries', async () => {
    const { sleep } = countedSleep()
    const { terminal, client } = await connected({ reconnect: { sleep } })
    await client.subscribe({ type: 'layout-change' }, () => {})
    let drops = 0
    terminal.respond('notification', () => {
      if (++drops <= 3) terminal.drop()
      return { status: 0 }
    })
    const back = untilReconnected(client)
    terminal.drop()
    await back
    expect(drops).toBe(4)
    expect(client.report.state).toBe('connected')
  })

  it('comes back although the session of a subscription has ended in between', async () => {
    const { sleep } = countedSleep()
    const { terminal, client } = await connected({ reconnect: { sleep } })
    const errors: Iterm2Error[] = []
    client.on('error', (error) => errors.push(error))
    const stop = await client.subscribe({ type: 'screen-update', session: 'gone' }, () => {})
    await client.subscribe({ type: 'layout-change' }, () => {})
    terminal.respond('notification', ({ session }) => {
      return { status: session === 'gone' ? NotificationResponseStatus.SESSION_NOT_FOUND : 0 }
    })
    const back = untilReconnected(client)
    terminal.drop()
    await back
    expect(errors).toEqual([expect.objectContaining({ code: 'rejected', status: 'SESSION_NOT_FOUND' })])
    const before = terminal.subscriptions.length
    await stop()
    expect(terminal.subscriptions).toHaveLength(before)
  })

  it('stays lost when the terminal wants a newer client', async () => {
    const { delays, sleep } = countedSleep()
    const { terminal, client } = await connected({ reconnect: { sleep } })
    terminal.refuseNext('406 Too old')
    const failed = untilState(client, 'connect-failed')
    terminal.drop()
    await failed
    await new Promise(setImmediate)
    expect(delays).toHaveLength(1)
    await client.connect()
    expect(client.report.state).toBe('connected')
  })

  it('stays lost when nobody wants it back', async () => {
    const { terminal, client } = await connected({ reconnect: false })
    const lost = untilState(client, 'disconnected')
    terminal.drop()
    await lost
    expect(terminal.handshakes).toHaveLength(1)
  })

  it('can have its handlers removed while it is away', async () => {
    const { terminal, client } = await connected({ reconnect: false })
    const stop = await client.subscribe({ type: 'layout-change' }, () => {})
    const lost = untilState(client, 'disconnected')
    terminal.drop()
    await lost
    await stop()
    await client.connect()
    expect(terminal.subscriptions).toHaveLength(1)
  })
})

describe('closing the client', () => {
  it('ends the connection and all further tries', async () => {
    const { terminal, client } = await connected()
    terminal.respond('focus', () => undefined)
    const pending = expect(client.request('focus', {})).rejects.toMatchObject({ code: 'disconnected' })
    await terminal.until(() => terminal.received.length === 1)
    let ends = 0
    client.on('closed', () => ends++)
    await client.close()
    await pending
    await terminal.until(() => terminal.connections === 0)
    expect(client.report).toMatchObject({ state: 'disconnected', reason: 'The client was closed.' })
    await expect(client.connect()).rejects.toMatchObject({ code: 'disconnected' })
    await client.close()
    expect(ends).toBe(1)
  })

  it('ends a wait before the next try', async () => {
    const asleep = new EventTarget()
    const sleep = (_ms: number, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        asleep.dispatchEvent(new Event('now'))
      })
    const { terminal, client } = await connected({ reconnect: { sleep } })
    const sleeping = once(asleep, 'now')
    terminal.drop()
    await sleeping
    await client.close()
    expect(terminal.handshakes).toHaveLength(1)
  })

  it('shares one try among all who want to connect', async () => {
    const terminal = await startTerminal()
    const client = makeClient({ socketPath: terminal.socketPath, cookie: 'c' })
    await Promise.all([client.connect(), client.connect(), client.connect()])
    await client.connect()
    expect(terminal.handshakes).toHaveLength(1)
  })
})

describe('the delays between tries', () => {
  it('double up to the longest, with jitter of up to half', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat({ max: 50 }), (random, tries) => {
        const backOff = new BackOff({ firstDelayMs: 100, maxDelayMs: 5_000, random: () => random })
        for (let n = 0; n < tries; n++) backOff.nextDelay()
        const full = Math.min(5_000, 100 * 2 ** tries)
        const delay = backOff.nextDelay()
        expect(delay).toBeGreaterThanOrEqual(full / 2)
        expect(delay).toBeLessThanOrEqual(full)
      }),
    )
  })
})
