import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { decodeJson, encodeJson } from '../../../src/host/variables/json-values.ts'
import { VariableResponseStatus as Status, type VariableRequest } from '../../../src/messages/iterm2.ts'
import { type MemoryHost, type MemorySession, startMemoryHost } from '../memory-host.ts'

let host: MemoryHost
let session: MemorySession

beforeEach(async () => {
  host = startMemoryHost()
  session = await host.open()
})

async function ask(request: VariableRequest) {
  const { status, values = [] } = await host.handlers.variable(request, host.connection)
  return { status, values: values.map((value) => JSON.parse(value)) }
}

const read = async (scope: VariableRequest, ...get: string[]) => (await ask({ ...scope, get })).values

describe('variables', () => {
  it('cross from a session to its tab, its window and the application, and back', async () => {
    const tab = host.tabOf(session.id)
    const window = host.windowOf(session.id)
    session.set('jobName', 'claude')
    expect(
      await read(
        { sessionId: session.id },
        'id',
        'session.id',
        'tab.id',
        'tab.window.id',
        'tab.window.number',
        'iterm2.pid',
      ),
    ).toEqual([session.id, session.id, tab, window, 1, process.pid])
    expect(
      await read({ tabId: tab }, 'currentSession.jobName', 'window.currentTab.id', 'tmuxWindow'),
    ).toEqual(['claude', tab, -1])
    expect(await read({ windowId: window }, 'currentTab.currentSession.id', 'style')).toEqual([
      session.id,
      'normal',
    ])
    expect(await read({ app: true }, 'pid', 'effectiveTheme')).toEqual([process.pid, 'dark'])
  })

  it('read as null when they are unset, denote an object, or lead nowhere', async () => {
    expect(
      await read(
        { sessionId: 'active' },
        'nothing',
        'tab',
        'tab.window',
        'parentSession.id',
        'user.x',
        'constructor',
      ),
    ).toEqual([null, null, null, null, null, null])
  })

  it('write a boolean at the top as 1 or 0', async () => {
    session.set('showingAlternateScreen', true)
    const { values } = await host.handlers.variable(
      { sessionId: session.id, get: ['showingAlternateScreen', 'isBroadcastSource'] },
      host.connection,
    )
    expect(values).toEqual(['1', '0'])
  })

  it('of a user are set before they are read, and deleted by null', async () => {
    const set = [{ name: 'user.note', value: '{"a":[1,true]}' }]
    expect(await ask({ sessionId: session.id, set, get: ['user.note'] })).toEqual({
      status: Status.OK,
      values: [{ a: [1, true] }],
    })
    await ask({ sessionId: session.id, set: [{ name: 'user.note', value: 'null' }] })
    expect(await read({ sessionId: session.id }, 'user.note')).toEqual([null])
  })

  it('of a user exist once for every object', async () => {
    const scopes: VariableRequest[] = [
      { sessionId: session.id },
      { tabId: host.tabOf(session.id) },
      { windowId: host.windowOf(session.id) },
      { app: true },
    ]
    for (const [index, scope] of scopes.entries()) {
      await ask({ ...scope, set: [{ name: 'user.which', value: String(index) }] })
    }
    const paths = ['user.which', 'tab.user.which', 'tab.window.user.which', 'iterm2.user.which']
    expect(await read({ sessionId: session.id }, ...paths)).toEqual([0, 1, 2, 3])
  })

  it('follow the last writer, be it the program or a script', async () => {
    session.set('user.phase', 'from the program')
    expect(await read({ sessionId: session.id }, 'user.phase')).toEqual(['from the program'])
    await ask({ sessionId: session.id, set: [{ name: 'user.phase', value: '"from a script"' }] })
    expect(await read({ sessionId: session.id }, 'user.phase')).toEqual(['from a script'])
    session.set('user.phase', 'from the program again')
    expect(await read({ sessionId: session.id }, 'user.phase')).toEqual(['from the program again'])
  })

  it.each(['name', 'user.', 'user.a.b', 'tab.user.x', 'iterm2.user.x', ''])(
    'cannot be set as %j',
    async (name) => {
      const set = [
        { name: 'user.fine', value: '1' },
        { name, value: '1' },
      ]
      expect(await ask({ sessionId: session.id, set })).toMatchObject({ status: Status.INVALID_NAME })
      expect(await read({ sessionId: session.id }, 'user.fine')).toEqual([null])
    },
  )

  it('are listed as one object of texts', async () => {
    session.set('jobPid', 42)
    await ask({ sessionId: session.id, set: [{ name: 'user.deep', value: '{"a":1}' }] })
    const [all] = await read({ sessionId: session.id }, '*')
    expect(all).toMatchObject({
      id: session.id,
      jobPid: '42',
      'user.deep': '{"a":1}',
      'iterm2.pid': `${process.pid}`,
    })
    expect(Object.values(all).every((value) => typeof value === 'string')).toBe(true)
    expect(Object.keys(all).filter((name) => name.startsWith('session.'))).toEqual([])
    const [ofApp] = await read({ app: true }, '*')
    expect(ofApp).toHaveProperty('iterm2.effectiveTheme', 'dark')
  })

  it('may be set for all sessions at once, but not read', async () => {
    const other = await host.open()
    const set = [{ name: 'user.round', value: '7' }]
    expect((await ask({ sessionId: 'all', set })).status).toBe(Status.OK)
    expect(await read({ sessionId: other.id }, 'user.round')).toEqual([7])
    expect((await ask({ sessionId: 'all', get: ['user.round'] })).status).toBe(Status.MULTI_GET_DISALLOWED)
  })

  it('of what is not there are refused by kind', async () => {
    expect((await ask({ sessionId: 'X', get: ['id'] })).status).toBe(Status.SESSION_NOT_FOUND)
    expect((await ask({ tabId: 'X', get: ['id'] })).status).toBe(Status.TAB_NOT_FOUND)
    expect((await ask({ windowId: 'X', get: ['id'] })).status).toBe(Status.WINDOW_NOT_FOUND)
    expect((await ask({ get: ['id'] })).status).toBe(Status.MISSING_SCOPE)
  })

  it('are gone with their object', async () => {
    await host.open()
    const tabId = host.tabOf(session.id)
    await ask({ sessionId: session.id, set: [{ name: 'user.x', value: '1' }] })
    host.host.closeSession(session.id)
    expect((await ask({ sessionId: session.id, get: ['user.x'] })).status).toBe(Status.SESSION_NOT_FOUND)
    expect((await ask({ tabId, get: ['id'] })).status).toBe(Status.TAB_NOT_FOUND)
  })
})

describe('the name of a session', () => {
  it('comes from the profile, then the program, then a script', async () => {
    expect(await read({ sessionId: session.id }, 'name', 'autoName')).toEqual(['Default', 'Default'])
    session.set('terminalWindowName', 'vim')
    expect(host.scripting.titleOf(session.id)).toBe('vim')
    const invocation = 'iterm2.set_name(name: "worker \\\\(1)")'
    await host.handlers.invokeFunction({ method: { receiver: session.id }, invocation }, host.connection)
    expect(await read({ sessionId: session.id }, 'name', 'autoName')).toEqual(['worker \\(1)', 'vim'])
    session.set('terminalWindowName', 'vim 2')
    expect(host.scripting.titleOf(session.id)).toBe('worker \\(1)')
  })

  it('is part of the title that the profile composes', async () => {
    session.set('jobName', 'claude')
    session.set('path', '/src')
    host.sessionProfiles.change(session.id, { 'Title Components': 1 + 2 + 4 })
    expect(
      await read({ sessionId: session.id }, 'presentationName', 'tab.title', 'tab.window.title'),
    ).toEqual(Array(3).fill('Default — claude — /src'))
  })

  it('may stand in badges and in titles, even in titles that ask for themselves', async () => {
    host.sessionProfiles.change(session.id, { 'Badge Text': '\\(session.name)!\\(user.x?)' })
    expect(await read({ sessionId: session.id }, 'badge')).toEqual(['Default!'])
    const invocation = 'iterm2.set_title(title: "\\\\(currentTab.title) \\\\(title?)")'
    // The quoted string of the invocation turns two backslashes into one.
    await host.handlers.invokeFunction(
      { method: { receiver: host.windowOf(session.id) }, invocation },
      host.connection,
    )
    expect(await read({ windowId: host.windowOf(session.id) }, 'title')).toEqual(['Default '])
    host.sessionProfiles.change(session.id, { 'Badge Text': '\\(badge?)\\(1 +)' })
    expect((await read({ sessionId: session.id }, 'badge'))[0]).toContain('Expected a value')
  })
})

it('any JSON survives, except that a boolean alone becomes a number', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const expected = typeof value === 'boolean' ? Number(value) : JSON.parse(JSON.stringify(value))
      expect(decodeJson(encodeJson(JSON.parse(JSON.stringify(value))))).toEqual(expected)
    }),
  )
  expect(decodeJson('['.repeat(5000) + ']'.repeat(5000))).toBeUndefined()
  expect(decodeJson('nonsense')).toBeUndefined()
})
