import { describe, expect, it } from 'vitest'
import { VariableScope } from '../../src/messages/iterm2.ts'
import { echoProgram, shellProgram } from './programs.ts'
import type { PythonLikeClient } from './python-like-client.ts'
import { useHost } from './use-host.ts'
import { Collected, untilScreen } from './watching.ts'

const { connect, connectApp } = useHost()

async function getVariable(client: PythonLikeClient, sessionId: string, name: string): Promise<unknown> {
  const reply = await client.call('variable', { sessionId, get: [name] })
  expect(reply.status).toBe(0)
  return JSON.parse(reply.values[0] ?? '')
}

async function getProfile(client: PythonLikeClient, session: string): Promise<Record<string, unknown>> {
  const reply = await client.call('getProfileProperty', { session })
  expect(reply.status).toBe(0)
  return Object.fromEntries(reply.properties.map(({ key, jsonValue }) => [key, JSON.parse(jsonValue)]))
}

describe('variables', () => {
  it('of the user are set and read in every scope, as JSON of any shape', async () => {
    const app = await connectApp()
    const { session, tab, window } = await app.create()
    const value = { list: [1, 'two', null, true], text: 'ünï "quoted"' }
    for (const scope of [
      { sessionId: session.id },
      { tabId: tab.id },
      { windowId: window.id },
      { app: true },
    ]) {
      const set = [{ name: 'user.thing', value: JSON.stringify(value) }]
      const reply = await app.client.call('variable', { ...scope, set, get: ['user.thing', 'user.none'] })
      expect(reply.status).toBe(0)
      expect(reply.values.map((json) => JSON.parse(json))).toEqual([value, null])
    }
  })

  it('are deleted by null', async () => {
    const app = await connectApp()
    const { session } = await app.create()
    const set = (value: string) => [{ name: 'user.x', value }]
    await app.client.call('variable', { sessionId: session.id, set: set('5') })
    await app.client.call('variable', { sessionId: session.id, set: set('null') })
    expect(await getVariable(app.client, session.id, 'user.x')).toBeNull()
  })

  it('of a session tell its id, size, process, terminal and directory', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram('cd /; echo ready; exec cat') })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    expect(await getVariable(app.client, session.id, 'id')).toBe(session.id)
    expect(await getVariable(app.client, session.id, 'columns')).toBe(session.columns)
    expect(await getVariable(app.client, session.id, 'rows')).toBe(session.rows)
    expect(await getVariable(app.client, session.id, 'tty')).toMatch(/^\/dev\//)
    expect(await getVariable(app.client, session.id, 'pid')).toBeGreaterThan(1)
    // The shell becomes cat a moment after it said that it is ready.
    await expect.poll(() => getVariable(app.client, session.id, 'jobName')).toBe('cat')
    expect(await getVariable(app.client, session.id, 'path')).toBe('/')
  })

  it('are reached across scopes', async () => {
    const app = await connectApp()
    const { session, tab, window } = await app.create()
    expect(await getVariable(app.client, session.id, 'tab.id')).toBe(tab.id)
    expect(await getVariable(app.client, session.id, 'tab.window.id')).toBe(window.id)
    expect(await getVariable(app.client, session.id, 'iterm2.pid')).toBeGreaterThan(1)
    const reply = await app.client.call('variable', {
      tabId: tab.id,
      get: ['currentSession.id', 'window.number'],
    })
    expect(reply.values.map((json) => JSON.parse(json))).toEqual([session.id, window.number + 1])
  })

  it('are all given for *, as strings by dotted name', async () => {
    const app = await connectApp()
    const { session } = await app.create()
    await app.client.call('variable', { sessionId: session.id, set: [{ name: 'user.n', value: '42' }] })
    const all = (await getVariable(app.client, session.id, '*')) as Record<string, unknown>
    expect(all).toMatchObject({ id: session.id, 'user.n': '42', columns: String(session.columns) })
    for (const value of Object.values(all)) expect(typeof value).toBe('string')
  })

  it('of the program come from its escape sequences: title, user variables, bells', async () => {
    const app = await connectApp()
    const base64 = Buffer.from('from program').toString('base64')
    const script = String.raw`printf '\033]2;window title\007\033]1;icon\007\033]1337;SetUserVar=job=${base64}\007\007ready'; exec cat`
    const { session } = await app.create({ command: shellProgram(script) })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    expect(await getVariable(app.client, session.id, 'terminalWindowName')).toBe('window title')
    expect(await getVariable(app.client, session.id, 'terminalIconName')).toBe('icon')
    expect(await getVariable(app.client, session.id, 'user.job')).toBe('from program')
    expect(await getVariable(app.client, session.id, 'bellCount')).toBe(1)
  })
})

describe('a variable monitor', () => {
  it('tells changes only, with the identifier and name it was asked for', async () => {
    const app = await connectApp()
    const { session } = await app.create()
    const values = new Collected<unknown>()
    const variable = { scope: VariableScope.SESSION, identifier: session.id, name: 'user.state' }
    const stop = await app.client.monitorVariable(variable, values.add)
    for (const value of ['"a"', '"a"', '"b"', 'null', '"c"']) {
      await app.client.call('variable', { sessionId: session.id, set: [{ name: 'user.state', value }] })
    }
    await values.first((value) => value === 'c')
    expect(values.items).toEqual(['a', 'b', null, 'c'])
    await stop()
  })

  it('of the app is found under the empty identifier', async () => {
    const app = await connectApp()
    const values = new Collected<unknown>()
    await app.client.monitorVariable(
      { scope: VariableScope.APP, identifier: '', name: 'user.shared' },
      values.add,
    )
    const other = await connect()
    await other.call('variable', { app: true, set: [{ name: 'user.shared', value: '7' }] })
    await values.first((value) => value === 7)
  })

  it('of a tab and of a window are told apart', async () => {
    const app = await connectApp()
    const { tab, window } = await app.create()
    const values = new Collected<string>()
    const { TAB, WINDOW } = VariableScope
    const name = 'user.w'
    await app.client.monitorVariable({ scope: TAB, identifier: tab.id, name }, (v) => values.add(`tab ${v}`))
    await app.client.monitorVariable({ scope: WINDOW, identifier: window.id, name }, (v) =>
      values.add(`window ${v}`),
    )
    await app.client.call('variable', { tabId: tab.id, set: [{ name, value: '1' }] })
    await app.client.call('variable', { windowId: window.id, set: [{ name, value: '2' }] })
    await values.first((value) => value === 'window 2')
    expect(values.items).toEqual(['tab 1', 'window 2'])
  })

  it('sees what the program reports by itself', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command: shellProgram(echoProgram) })
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
    const values = new Collected<unknown>()
    const variable = { scope: VariableScope.SESSION, identifier: session.id, name: 'terminalWindowName' }
    await app.client.monitorVariable(variable, values.add)
    await app.client.call('inject', { sessionId: [session.id], data: Buffer.from('\x1b]2;hello\x07') })
    await values.first((value) => value === 'hello')
  })
})

describe('profiles', () => {
  it('of sessions are copies: a property set on one stays there', async () => {
    const app = await connectApp()
    const one = await app.create()
    const two = await app.create()
    const assignments = [
      { key: 'Badge Text', jsonValue: '"only here"' },
      { key: 'Use Tab Color', jsonValue: 'true' },
    ]
    const reply = await app.client.call('setProfileProperty', { session: one.session.id, assignments })
    expect(reply.status).toBe(0)
    const changed = await getProfile(app.client, one.session.id)
    expect(changed['Badge Text']).toBe('only here')
    // A top-level boolean comes as a number.
    expect(changed['Use Tab Color']).toBe(1)
    const untouched = await getProfile(app.client, two.session.id)
    expect(untouched['Badge Text']).not.toBe('only here')
    expect(changed['Guid']).not.toBe(untouched['Guid'])
    expect(changed['Original Guid']).toBe(untouched['Guid'])
  })

  it('are listed with the properties asked for', async () => {
    const client = await connect()
    const { profiles } = await client.call('listProfiles', { properties: ['Guid', 'Name'] })
    expect(profiles.length).toBeGreaterThan(0)
    for (const { properties } of profiles) {
      expect(properties.map(({ key }) => key).toSorted()).toEqual(['Guid', 'Name'])
    }
    const guid = JSON.parse(profiles[0]?.properties.find(({ key }) => key === 'Guid')?.jsonValue ?? '')
    const chosen = await client.call('listProfiles', { guids: [guid, 'unknown'] })
    expect(chosen.profiles).toHaveLength(1)
    const fallback = await client.call('preferences', { requests: [{ getDefaultProfileRequest: {} }] })
    expect(fallback.results[0]?.getDefaultProfileResult.guid).toBe(guid)
  })

  it('leave out unknown keys', async () => {
    const app = await connectApp()
    const { session } = await app.create()
    const keys = ['Name', 'No Such Key']
    const reply = await app.client.call('getProfileProperty', { session: session.id, keys })
    expect(reply.properties.map(({ key }) => key)).toEqual(['Name'])
  })
})
