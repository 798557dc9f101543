import { describe, expect, it } from 'vitest'
import type { Requester } from '../../src/iterm2/api-types.ts'
import { filterKeystrokes, watchKeystrokes } from '../../src/iterm2/objects/keystrokes.ts'
import {
  watchCustomSequences,
  watchEachSession,
  watchFocus,
  watchLayout,
  watchNewSessions,
  watchTerminations,
} from '../../src/iterm2/objects/lifecycle.ts'
import { watchPrompts } from '../../src/iterm2/objects/prompts.ts'
import {
  getAllVariables,
  getVariable,
  getVariables,
  setVariable,
  watchVariable,
} from '../../src/iterm2/objects/variables.ts'
import type { ListSessionsResponse } from '../../src/messages/iterm2.ts'
import type { FakeTerminal } from '../support/fake-api-server.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()
const quickly = { reconnect: { firstDelayMs: 1, maxDelayMs: 5 } }

/** The next items of a monitor. */
async function take<T>(monitor: AsyncIterator<T, undefined>, count: number): Promise<T[]> {
  const items: T[] = []
  while (items.length < count) {
    const { value, done } = await monitor.next()
    if (done) throw new Error(`ended after ${items.length} items`)
    items.push(value)
  }
  return items
}

function tree(...ids: string[]): ListSessionsResponse {
  const links = ids.map((uniqueIdentifier) => ({ session: { uniqueIdentifier } }))
  return { windows: [{ windowId: 'w', tabs: [{ tabId: '1', root: { links } }] }] }
}

describe('variables', () => {
  it('are read as JSON, with booleans as booleans', async () => {
    const { terminal, client } = await connected()
    terminal.respond('variable', ({ get }) => ({
      values: (get ?? []).map((name) => (name === 'unset' ? 'null' : '1')),
    }))
    const values = await getVariables(client, { session: 'S' }, ['rows', 'unset', 'showingAlternateScreen'])
    expect(values).toEqual({ rows: 1, unset: null, showingAlternateScreen: true })
    expect(terminal.requests('variable')[0]).toMatchObject({
      sessionId: 'S',
      get: ['rows', 'unset', 'showingAlternateScreen'],
    })
  })

  it('are written as JSON, if iTerm2 allows the name at all', async () => {
    const { terminal, client } = await connected()
    terminal.respond('variable', () => ({}))
    await setVariable(client, { tab: '1' }, 'user.task', { a: [1, null] })
    expect(terminal.requests('variable')[0]).toMatchObject({
      tabId: '1',
      set: [{ name: 'user.task', value: '{"a":[1,null]}' }],
    })
    await expect(setVariable(client, 'app', 'user.a.b', 1)).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    expect(terminal.received).toHaveLength(1)
  })

  it('are listed all at once', async () => {
    const { terminal, client } = await connected()
    terminal.respond('variable', () => ({ values: ['{"name":"x","user.y":"1"}'] }))
    expect(await getAllVariables(client, { window: 'w' })).toEqual({ name: 'x', 'user.y': '1' })
    terminal.respond('variable', () => ({ values: ['not json'] }))
    await expect(getVariable(client, 'app', 'x')).rejects.toMatchObject({ code: 'malformed-reply' })
  })

  it('are watched from their present value on, without missing the change in between', async () => {
    const { terminal, client } = await connected()
    const notify = (jsonNewValue: string) =>
      terminal.notify({
        variableChangedNotification: { scope: 1, identifier: 'S', name: 'jobName', jsonNewValue },
      })
    terminal.respond('variable', () => {
      // The change comes while the value is read; the reply is older.
      notify('"newer"')
      return { values: ['"older"'] }
    })
    const monitor = await watchVariable(client, { session: 'S' }, 'jobName')
    notify('"last"')
    expect(await take(monitor, 2)).toEqual([
      { identifier: 'S', value: 'newer' },
      { identifier: 'S', value: 'last' },
    ])
    await monitor.close()
  })

  it('are watched over a lost connection', async () => {
    const { terminal, client } = await connected(quickly)
    let value = '1'
    terminal.respond('variable', () => ({ values: [value] }))
    const monitor = await watchVariable(client, { session: 'S' }, 'user.x')
    value = '2'
    terminal.drop()
    expect(await take(monitor, 2)).toEqual([
      { identifier: 'S', value: 1 },
      { identifier: 'S', value: 2 },
    ])
    await monitor.close()
  })

  it('of all sessions are told with the session they belong to', async () => {
    const { terminal, client } = await connected()
    const monitor = await watchVariable(client, 'all-sessions', 'user.x')
    const changed = (identifier: string) => ({
      scope: 1 as const,
      identifier,
      name: 'user.x',
      jsonNewValue: '1',
    })
    terminal.notify({ variableChangedNotification: changed('A') })
    terminal.notify({ variableChangedNotification: changed('B') })
    expect(await take(monitor, 2)).toEqual([
      { identifier: 'A', value: 1 },
      { identifier: 'B', value: 1 },
    ])
    expect(terminal.requests('variable')).toEqual([])
    await monitor.close()
  })
})

describe('a monitor', () => {
  it('tells new sessions, layouts and the focus', async () => {
    const { terminal, client } = await connected()
    const sessions = await watchNewSessions(client)
    const layouts = await watchLayout(client)
    const focus = await watchFocus(client)
    terminal.notify({ newSessionNotification: { sessionId: 'A' } })
    terminal.notify({ layoutChangedNotification: { listSessionsResponse: tree('A') } })
    terminal.notify({ focusChangedNotification: { window: { windowStatus: 2 } } })
    terminal.notify({ focusChangedNotification: { applicationActive: false } })
    expect(await take(sessions, 1)).toEqual(['A'])
    expect((await take(layouts, 1))[0]?.windows?.[0]?.windowId).toBe('w')
    expect(await take(focus, 2)).toEqual([
      { kind: 'window', window: '', status: 'resigned-key' },
      { kind: 'application', active: false },
    ])
  })

  it('tells every session once, those before it and during a lost connection included', async () => {
    const { terminal, client } = await connected(quickly)
    let present = tree('A', 'B')
    terminal.respond('listSessions', () => present)
    const monitor = await watchEachSession(client)
    terminal.notify({ newSessionNotification: { sessionId: 'B' } })
    terminal.notify({ newSessionNotification: { sessionId: 'C' } })
    expect(await take(monitor, 3)).toEqual(['A', 'B', 'C'])
    present = tree('A', 'C', 'D')
    terminal.drop()
    expect(await take(monitor, 1)).toEqual(['D'])
    await monitor.close()
  })

  it('tells the end of a session once, and again after a restart', async () => {
    const { terminal, client } = await connected()
    let present = tree('A', 'B')
    terminal.respond('listSessions', () => present)
    const monitor = await watchTerminations(client)
    const end = (sessionId: string) => terminal.notify({ terminateSessionNotification: { sessionId } })
    end('A')
    expect(await take(monitor, 1)).toEqual(['A'])
    end('A') // restarted meanwhile: it is still there
    expect(await take(monitor, 1)).toEqual(['A'])
    present = tree('B')
    end('A') // finally destroyed
    await terminal.until(() => terminal.requests('listSessions').length === 2)
    end('B')
    terminal.notify({ newSessionNotification: { sessionId: 'A' } }) // its close was undone
    end('A')
    expect(await take(monitor, 2)).toEqual(['B', 'A'])
    await monitor.close()
  })

  it('tells custom sequences of its own identity only', async () => {
    const { terminal, client } = await connected()
    const monitor = await watchCustomSequences(client, 'all', 'me')
    const print = (senderIdentity: string, payload: string) =>
      terminal.notify({ customEscapeSequenceNotification: { session: 'S', senderIdentity, payload } })
    print('other', '1')
    print('me', '2')
    expect(await take(monitor, 1)).toEqual([{ session: 'S', payload: '2' }])
  })

  it('tells prompts, commands and their ends', async () => {
    const { terminal, client } = await connected()
    const monitor = await watchPrompts(client, 'S')
    const about = { session: 'S', uniquePromptId: 'p' }
    const prompt = { workingDirectory: '/d', promptState: 0 as const }
    terminal.notify({ promptNotification: { ...about, prompt: { prompt } } })
    terminal.notify({ promptNotification: { ...about, commandStart: { command: 'make' } } })
    terminal.notify({ promptNotification: { ...about, commandEnd: { status: 2 } } })
    expect(await take(monitor, 3)).toMatchObject([
      { kind: 'prompt', id: 'p', prompt: { state: 'editing', workingDirectory: '/d' } },
      { kind: 'command-start', command: 'make' },
      { kind: 'command-end', exitStatus: 2 },
    ])
  })

  it('tells keys, and can withhold them', async () => {
    const { terminal, client } = await connected()
    const monitor = await watchKeystrokes(client, 'S', { advanced: true })
    terminal.notify({
      keystrokeNotification: { session: 'S', characters: 'c', modifiers: [1, 4], keyCode: 8, action: 1 },
    })
    expect(await take(monitor, 1)).toEqual([
      { session: 'S', action: 'up', characters: 'c', modifiers: ['control', 'shift'], keyCode: 8 },
    ])
    const stop = await filterKeystrokes(client, 'S', [{ required: ['control'], characters: ['c'] }])
    const filter = terminal.subscriptions.at(-1)
    expect(filter).toMatchObject({
      session: 'S',
      notificationType: 14,
      keystrokeFilterRequest: { patternsToIgnore: [{ requiredModifiers: [1], characters: ['c'] }] },
    })
    await stop()
    expect(terminal.subscriptions.at(-1)).toMatchObject({ subscribe: false, notificationType: 14 })
  })

  it('keeps the newest for a slow reader and counts what it dropped', async () => {
    const { terminal, client } = await connected()
    const monitor = await watchNewSessions(client, { limit: 2 })
    for (const sessionId of ['A', 'B', 'C', 'D']) terminal.notify({ newSessionNotification: { sessionId } })
    await arrival(terminal, client)
    expect(monitor.dropped).toBe(2)
    expect(await take(monitor, 2)).toEqual(['C', 'D'])
  })

  it('unsubscribes when its loop is left, and ends with the client', async () => {
    const { terminal, client } = await connected()
    const left = await watchNewSessions(client)
    terminal.notify({ newSessionNotification: { sessionId: 'A' } })
    for await (const _ of left) break
    expect(terminal.subscriptions.at(-1)).toMatchObject({ subscribe: false, notificationType: 6 })
    const open = await watchLayout(client)
    const rest = open.next()
    await client.close()
    expect(await rest).toEqual({ done: true, value: undefined })
  })
})

/** Messages come in order: when a reply is there, so is what was sent before it. */
async function arrival(terminal: FakeTerminal, client: Requester): Promise<void> {
  terminal.respond('focus', () => ({}))
  await client.request('focus', {})
}
