import { beforeEach, describe, expect, it } from 'vitest'
import {
  type Notification,
  NotificationResponseStatus as Status,
  NotificationType as Type,
} from '../../../src/messages/iterm2.ts'
import { connect, type RawClient, type ServedHost, serve } from './serve.ts'

let host: ServedHost
let client: RawClient

beforeEach(async () => {
  host = await serve()
  client = await connect(host)
})

async function subscribe(
  type: Type,
  session?: string,
  more = {},
  from = client,
): Promise<number | undefined> {
  const request = {
    subscribe: true,
    notificationType: type,
    ...(session !== undefined && { session }),
    ...more,
  }
  return (await from.call({ notificationRequest: request })).notificationResponse?.status
}

async function open(): Promise<{ sessionId: string; windowId: string }> {
  const { createTabResponse } = await client.call({ createTabRequest: {} })
  return { sessionId: createTabResponse?.sessionId ?? '', windowId: createTabResponse?.windowId ?? '' }
}

const kindOf = (notification: Notification) =>
  Object.entries(notification).find(([, value]) => value !== undefined)?.[0]

describe('what happens to windows is told in order', () => {
  it('new session, then one layout however many changes there were, then the focus', async () => {
    for (const type of [
      Type.NOTIFY_ON_NEW_SESSION,
      Type.NOTIFY_ON_LAYOUT_CHANGE,
      Type.NOTIFY_ON_FOCUS_CHANGE,
    ]) {
      expect(await subscribe(type, 'all')).toBe(Status.OK)
    }
    const { sessionId, windowId } = await open()
    const notifications = await client.expectNotifications(5)
    expect(notifications.map(kindOf)).toEqual([
      'newSessionNotification',
      'layoutChangedNotification',
      'focusChangedNotification',
      'focusChangedNotification',
      'focusChangedNotification',
    ])
    const [created, layout, ...focus] = notifications
    expect(created?.newSessionNotification?.sessionId).toBe(sessionId)
    const windows = layout?.layoutChangedNotification?.listSessionsResponse?.windows
    expect(windows).toEqual((await client.call({ listSessionsRequest: {} })).listSessionsResponse?.windows)
    expect(windows?.[0]).toMatchObject({ windowId, number: 0 })
    expect(focus.map((event) => event.focusChangedNotification)).toMatchObject([
      { selectedTab: '1' },
      { session: sessionId },
      { window: { windowStatus: 0, windowId } },
    ])
  })

  it('requests that come together make one layout notification', async () => {
    const { windowId } = await open()
    await subscribe(Type.NOTIFY_ON_LAYOUT_CHANGE)
    const frame = (x: number) =>
      JSON.stringify({ origin: { x, y: 0 }, size: { width: 800 + x, height: 480 } })
    for (let x = 1; x <= 50; x += 1) {
      client.send({ setPropertyRequest: { windowId, name: 'frame', jsonValue: frame(x * 8) } })
    }
    const notifications = await client.expectNotifications(1)
    expect(notifications.length).toBeLessThan(10)
    const last = notifications.at(-1)?.layoutChangedNotification?.listSessionsResponse?.windows?.[0]
    expect(last?.frame?.origin?.x).toBe(400)
  })

  it('a closed tab is never announced as selected', async () => {
    const { windowId } = await open()
    await subscribe(Type.NOTIFY_ON_FOCUS_CHANGE)
    const opened = await client.call({ createTabRequest: { windowId } })
    const tab = String(opened.createTabResponse?.tabId)
    await client.expectNotifications(2)
    const before = client.notifications.length
    // Selected and closed within one turn.
    client.send({ activateRequest: { tabId: '1', selectTab: true } })
    client.send({ activateRequest: { tabId: tab, selectTab: true } })
    client.send({ closeRequest: { tabs: { tabIds: [tab] }, force: true } })
    await client.expectNotifications(before + 1)
    const listed = client.notifications
      .slice(before)
      .map((each) => each.focusChangedNotification?.selectedTab)
    expect(listed).not.toContain(tab)
  })

  it('the end of a program and the closing of its session are both told', async () => {
    const { sessionId } = await open()
    await subscribe(Type.NOTIFY_ON_TERMINATE_SESSION)
    host.sessions[0]?.emit('exit', { exitCode: 0, signal: undefined })
    await client.expectNotifications(1)
    const closing = await client.call({ closeRequest: { sessions: { sessionIds: [sessionId, 'nowhere'] } } })
    expect(closing.closeResponse?.statuses).toEqual([0, 1])
    expect(
      (await client.expectNotifications(2)).map((each) => each.terminateSessionNotification),
    ).toMatchObject([{ sessionId }, { sessionId }])
  })
})

describe('subscriptions', () => {
  it('are one per connection, type and session', async () => {
    const { sessionId } = await open()
    const screen = Type.NOTIFY_ON_SCREEN_UPDATE
    expect(await subscribe(screen, sessionId)).toBe(Status.OK)
    expect(await subscribe(screen, sessionId)).toBe(Status.ALREADY_SUBSCRIBED)
    expect(await subscribe(screen, 'active')).toBe(Status.ALREADY_SUBSCRIBED)
    expect(await subscribe(screen, 'all')).toBe(Status.OK)
    expect(await subscribe(screen, 'all')).toBe(Status.OK)
    expect(await subscribe(screen, 'nowhere')).toBe(Status.SESSION_NOT_FOUND)
    expect(await subscribe(screen)).toBe(Status.SESSION_NOT_FOUND)
    expect(await subscribe(Type.NOTIFY_ON_NEW_SESSION, 'nowhere')).toBe(Status.OK)
    expect(await subscribe(Type.NOTIFY_ON_NEW_SESSION, 'all')).toBe(Status.ALREADY_SUBSCRIBED)
    expect(await subscribe(screen, sessionId, {}, await connect(host))).toBe(Status.OK)
  })

  it('to an event that matches twice give it once', async () => {
    const { sessionId } = await open()
    await subscribe(Type.NOTIFY_ON_SCREEN_UPDATE, sessionId)
    await subscribe(Type.NOTIFY_ON_SCREEN_UPDATE, 'all')
    host.sessions[0]?.emit('screen')
    expect(await client.expectNotifications(1)).toEqual([
      { screenUpdateNotification: { session: sessionId } },
    ])
  })

  it('to all sessions include those to come; the end needs no arguments', async () => {
    const modes = { promptMonitorRequest: { modes: [2] } }
    expect(await subscribe(Type.NOTIFY_ON_PROMPT, 'all', modes)).toBe(Status.OK)
    const { sessionId } = await open()
    host.sessions[0]?.emit('prompt', { kind: 'command-start', promptId: 'p', command: 'ls' })
    host.sessions[0]?.emit('prompt', { kind: 'command-end', promptId: 'p', status: 0 })
    expect(await client.expectNotifications(1)).toEqual([
      { promptNotification: { session: sessionId, commandStart: { command: 'ls' }, uniquePromptId: 'p' } },
    ])
    expect(await subscribe(Type.NOTIFY_ON_PROMPT, 'all', { subscribe: false })).toBe(Status.OK)
    expect(await subscribe(Type.NOTIFY_ON_PROMPT, 'all', { subscribe: false })).toBe(Status.NOT_SUBSCRIBED)
    host.sessions[0]?.emit('prompt', { kind: 'command-start', promptId: 'q', command: 'ls' })
    expect(await client.expectNotifications(1)).toHaveLength(1)
  })

  it('end with their session, and with their connection', async () => {
    const { sessionId } = await open()
    await subscribe(Type.NOTIFY_ON_SCREEN_UPDATE, sessionId)
    await client.call({ closeRequest: { sessions: { sessionIds: [sessionId] } } })
    host.sessions[0]?.emit('screen')
    const other = await connect(host)
    await subscribe(Type.NOTIFY_ON_SCREEN_UPDATE, 'all', {}, other)
    other.webSocket.drop()
    await open()
    host.sessions[1]?.emit('screen')
    expect(await client.expectNotifications(0)).toEqual([])
  })

  it.each([
    ['without subscribe', { subscribe: undefined, notificationType: Type.NOTIFY_ON_NEW_SESSION }],
    ['without type', { subscribe: true }],
    ['of a location', { subscribe: true, notificationType: Type.NOTIFY_ON_LOCATION_CHANGE }],
    ['of a profile', { subscribe: true, notificationType: Type.NOTIFY_ON_PROFILE_CHANGE }],
  ])('%s are malformed', async (_, { subscribe: wanted, ...rest }) => {
    const request = { session: 'all', ...rest, ...(wanted !== undefined && { subscribe: wanted }) }
    const reply = await client.call({ notificationRequest: request })
    expect(reply.notificationResponse?.status).toBe(Status.REQUEST_MALFORMED)
  })

  it('to keystrokes are taken, though nobody types here', async () => {
    for (const type of [Type.NOTIFY_ON_KEYSTROKE, Type.KEYSTROKE_FILTER]) {
      expect(await subscribe(type, 'all')).toBe(Status.OK)
    }
  })
})
