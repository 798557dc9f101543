import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../src/iterm2/api-types.ts'
import type { Client } from '../../src/iterm2/client.ts'
import {
  KeystrokeNotificationAction,
  type Notification,
  NotificationResponseStatus,
  NotificationType,
  PromptMonitorMode,
  VariableScope,
} from '../../src/messages/iterm2.ts'
import type { FakeTerminal } from '../support/fake-api-server.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()

/** Subscribes and keeps what comes. */
async function listen(client: Client, subscription: Subscription) {
  const heard: Notification[] = []
  const stop = await client.subscribe(subscription, (notification) => heard.push(notification))
  return { heard, stop }
}

/** The subscriptions so far, short: `+type session`. */
function wire(terminal: FakeTerminal): string[] {
  return terminal.subscriptions.map(({ subscribe, notificationType, session }) => {
    return `${subscribe ? '+' : '-'}${notificationType} ${session}`
  })
}

function screenUpdate(session: string): Notification {
  return { screenUpdateNotification: { session } }
}

/** Resolves when the client has read everything the terminal sent before. */
async function settle(terminal: FakeTerminal, client: Client): Promise<void> {
  terminal.respond('focus', () => ({ notifications: [] }))
  await client.request('focus', {})
}

const { NOTIFY_ON_SCREEN_UPDATE: screenType } = NotificationType

describe('a subscription', () => {
  it('is made once for many handlers, and ended with the last', async () => {
    const { terminal, client } = await connected()
    const first = await listen(client, { type: 'screen-update', session: 's1' })
    const second = await listen(client, { type: 'screen-update', session: 's1' })
    terminal.notify(screenUpdate('s1'))
    await settle(terminal, client)
    expect(first.heard).toHaveLength(1)
    expect(second.heard).toHaveLength(1)
    await first.stop()
    await first.stop()
    expect(wire(terminal)).toEqual([`+${screenType} s1`])
    terminal.notify(screenUpdate('s1'))
    await settle(terminal, client)
    expect(first.heard).toHaveLength(1)
    expect(second.heard).toHaveLength(2)
    await second.stop()
    expect(wire(terminal)).toEqual([`+${screenType} s1`, `-${screenType} s1`])
  })

  it('hears only of its own session', async () => {
    const { terminal, client } = await connected()
    const one = await listen(client, { type: 'screen-update', session: 's1' })
    const two = await listen(client, { type: 'screen-update', session: 's2' })
    terminal.notify(screenUpdate('s2'))
    await settle(terminal, client)
    expect(one.heard).toEqual([])
    expect(two.heard).toEqual([screenUpdate('s2')])
  })

  it('counts as made when the terminal says that it was made already', async () => {
    const { terminal, client } = await connected()
    terminal.respond('notification', () => ({ status: NotificationResponseStatus.ALREADY_SUBSCRIBED }))
    const { heard } = await listen(client, { type: 'layout-change' })
    terminal.notify({ layoutChangedNotification: {} })
    await settle(terminal, client)
    expect(heard).toHaveLength(1)
  })

  it('fails with the status of the terminal, and leaves nothing behind', async () => {
    const { terminal, client } = await connected()
    terminal.respond('notification', () => ({ status: NotificationResponseStatus.SESSION_NOT_FOUND }))
    const failure = listen(client, { type: 'screen-update', session: 'gone' })
    await expect(failure).rejects.toMatchObject({ code: 'rejected', status: 'SESSION_NOT_FOUND' })
    terminal.respond('notification', () => ({ status: 0 }))
    await listen(client, { type: 'screen-update', session: 'gone' })
    expect(wire(terminal)).toEqual([`+${screenType} gone`, `+${screenType} gone`])
  })

  it('to all sessions takes the place of those to single ones, so that nothing is told twice', async () => {
    const { terminal, client } = await connected()
    const one = await listen(client, { type: 'screen-update', session: 's1' })
    const all = await listen(client, { type: 'screen-update', session: 'all' })
    expect(wire(terminal)).toEqual([`+${screenType} s1`, `-${screenType} s1`, `+${screenType} all`])
    // What may have changed between the two subscriptions is told in any case.
    expect(one.heard).toEqual([screenUpdate('s1')])
    terminal.notify(screenUpdate('s1'))
    terminal.notify(screenUpdate('s2'))
    await settle(terminal, client)
    expect(one.heard).toHaveLength(2)
    expect(all.heard.slice(-2)).toEqual([screenUpdate('s1'), screenUpdate('s2')])
    await all.stop()
    expect(wire(terminal).slice(3)).toEqual([`-${screenType} all`, `+${screenType} s1`])
    expect(one.heard).toHaveLength(3)
    await one.stop()
    expect(wire(terminal).at(-1)).toBe(`-${screenType} s1`)
  })

  it('to the active session is bound to the one that is active now', async () => {
    const { terminal, client } = await connected()
    terminal.respond('variable', ({ sessionId, get }) => {
      expect({ sessionId, get }).toEqual({ sessionId: 'active', get: ['id'] })
      return { values: ['"s7"'] }
    })
    const { heard } = await listen(client, { type: 'screen-update', session: 'active' })
    expect(wire(terminal)).toEqual([`+${screenType} s7`])
    terminal.notify(screenUpdate('s7'))
    await settle(terminal, client)
    expect(heard).toHaveLength(1)
  })

  it('is the same when it is made by many at once', async () => {
    const { terminal, client } = await connected()
    const many = await Promise.all(Array.from({ length: 20 }, () => listen(client, { type: 'focus-change' })))
    terminal.notify({ focusChangedNotification: { selectedTab: '1' } })
    await settle(terminal, client)
    expect(many.every(({ heard }) => heard.length === 1)).toBe(true)
    await Promise.all(many.map(({ stop }) => stop()))
    const type = NotificationType.NOTIFY_ON_FOCUS_CHANGE
    expect(wire(terminal)).toEqual([`+${type} all`, `-${type} all`])
  })

  it('goes on for the others when one handler throws', async () => {
    const { terminal, client } = await connected()
    const errors: unknown[] = []
    client.on('error', (error) => errors.push(error))
    await client.subscribe({ type: 'layout-change' }, () => {
      throw new Error('mine')
    })
    const { heard } = await listen(client, { type: 'layout-change' })
    terminal.notify({ layoutChangedNotification: {} })
    await settle(terminal, client)
    expect(heard).toHaveLength(1)
    expect(errors).toEqual([expect.objectContaining({ code: 'handler-failed' })])
  })
})

describe('the arguments of a subscription', () => {
  it('to prompts are all modes, and each handler hears of its own', async () => {
    const { terminal, client } = await connected()
    const plain = await listen(client, { type: 'prompt', session: 's' })
    const ends = await listen(client, {
      type: 'prompt',
      session: 's',
      modes: [PromptMonitorMode.COMMAND_END],
    })
    expect(terminal.subscriptions).toHaveLength(1)
    expect(terminal.subscriptions[0]?.promptMonitorRequest?.modes).toEqual([1, 2, 3])
    terminal.notify({ promptNotification: { session: 's', prompt: {} } })
    terminal.notify({ promptNotification: { session: 's', commandStart: { command: 'ls' } } })
    terminal.notify({ promptNotification: { session: 's', commandEnd: { status: 1 } } })
    await settle(terminal, client)
    expect(plain.heard.map((n) => n.promptNotification?.prompt)).toEqual([{}])
    expect(ends.heard.map((n) => n.promptNotification?.commandEnd)).toEqual([{ status: 1 }])
  })

  it('to prompts leave out the modes where the terminal does not know them', async () => {
    const { terminal, client } = await connected({ terminal: { protocolVersion: '1.0' } })
    await listen(client, { type: 'prompt', session: 's' })
    expect(terminal.subscriptions[0]?.promptMonitorRequest).toBeUndefined()
  })

  it('to keys change when somebody wants more, and the others hear no more than before', async () => {
    const { terminal, client } = await connected()
    const plain = await listen(client, { type: 'keystroke', session: 's' })
    const advanced = await listen(client, { type: 'keystroke', session: 's', request: { advanced: true } })
    terminal.notify({ keystrokeNotification: { session: 's', characters: 'a' } })
    terminal.notify({ keystrokeNotification: { session: 's', action: KeystrokeNotificationAction.KEY_UP } })
    await settle(terminal, client)
    expect(plain.heard).toHaveLength(1)
    expect(advanced.heard).toHaveLength(2)
    await advanced.stop()
    const sent = terminal.subscriptions.map(({ subscribe, keystrokeMonitorRequest: request }) => {
      return [subscribe, request?.advanced]
    })
    expect(sent).toEqual([
      [true, false],
      [false, false],
      [true, true],
      [false, true],
      [true, false],
    ])
  })

  it('to filters are the patterns of all handlers, and are repeated when unsubscribing', async () => {
    const { terminal, client } = await connected()
    const a = { keycodes: [1] }
    const b = { keycodes: [2] }
    const first = await listen(client, { type: 'keystroke-filter', session: 's', patterns: [a] })
    await listen(client, { type: 'keystroke-filter', session: 's', patterns: [a, b] })
    await first.stop()
    const sent = terminal.subscriptions.map(({ subscribe, keystrokeFilterRequest: request }) => {
      return [subscribe, request?.patternsToIgnore?.map(({ keycodes }) => keycodes?.[0])]
    })
    expect(sent).toEqual([
      [true, [1]],
      [false, [1]],
      [true, [1, 2]],
    ])
  })

  it('to filters stand in the older message for an older terminal', async () => {
    const { terminal, client } = await connected({ terminal: { protocolVersion: '1.16' } })
    await listen(client, { type: 'keystroke-filter', session: 's', patterns: [{ keycodes: [1] }] })
    expect(terminal.subscriptions[0]?.keystrokeMonitorRequest?.patternsToIgnore).toHaveLength(1)
  })

  it('to variables tell them apart by scope, identifier and name', async () => {
    const { terminal, client } = await connected()
    const scope = VariableScope.SESSION
    const one = await listen(client, { type: 'variable-change', scope, identifier: 's1', name: 'jobName' })
    const two = await listen(client, { type: 'variable-change', scope, identifier: 's2', name: 'jobName' })
    const all = await listen(client, { type: 'variable-change', scope, identifier: 'all', name: 'path' })
    expect(terminal.subscriptions.map((request) => request.variableMonitorRequest)).toEqual([
      { name: 'jobName', scope, identifier: 's1' },
      { name: 'jobName', scope, identifier: 's2' },
      { name: 'path', scope, identifier: 'all' },
    ])
    const change = { scope, identifier: 's1', name: 'jobName', jsonNewValue: '"vim"' }
    terminal.notify({ variableChangedNotification: change })
    terminal.notify({ variableChangedNotification: { ...change, name: 'path' } })
    await settle(terminal, client)
    expect(one.heard).toEqual([{ variableChangedNotification: change }])
    expect(two.heard).toEqual([])
    expect(all.heard).toHaveLength(1)
  })
})

describe('a stream of notifications', () => {
  it('gives them in order, and unsubscribes when the loop is left', async () => {
    const { terminal, client } = await connected()
    const stream = client.notifications({ type: 'new-session' })
    await terminal.until(() => terminal.subscriptions.length === 1)
    for (const sessionId of ['a', 'b', 'c']) terminal.notify({ newSessionNotification: { sessionId } })
    const read: Array<string | undefined> = []
    for await (const notification of stream) {
      read.push(notification.newSessionNotification?.sessionId)
      if (read.length === 2) break
    }
    expect(read).toEqual(['a', 'b'])
    expect(terminal.subscriptions.map(({ subscribe }) => subscribe)).toEqual([true, false])
  })

  it('drops the oldest when nobody reads, and says how many', async () => {
    const { terminal, client } = await connected()
    const stream = client.notifications({ type: 'new-session' }, { limit: 3 })
    await terminal.until(() => terminal.subscriptions.length === 1)
    await settle(terminal, client)
    for (let n = 1; n <= 10; n++) terminal.notify({ newSessionNotification: { sessionId: String(n) } })
    await settle(terminal, client)
    expect(stream.dropped).toBe(7)
    expect((await stream.next()).value?.newSessionNotification?.sessionId).toBe('8')
  })

  it('ends by a signal, and with the client', async () => {
    const { terminal, client } = await connected()
    const controller = new AbortController()
    const stopped = client.notifications({ type: 'new-session' }, { signal: controller.signal })
    const left = client.notifications({ type: 'terminate-session' })
    await terminal.until(() => terminal.subscriptions.length === 2)
    const reads = [stopped.next(), left.next()]
    controller.abort()
    expect(await reads[0]).toEqual({ value: undefined, done: true })
    await client.close()
    expect(await reads[1]).toEqual({ value: undefined, done: true })
  })

  it('fails when the subscription is refused', async () => {
    const { terminal, client } = await connected()
    terminal.respond('notification', () => ({ status: NotificationResponseStatus.SESSION_NOT_FOUND }))
    const stream = client.notifications({ type: 'screen-update', session: 'gone' })
    await expect(stream.next()).rejects.toMatchObject({ code: 'rejected' })
    expect(await stream.next()).toEqual({ value: undefined, done: true })
  })
})
