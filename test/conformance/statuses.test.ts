// Every status that a request can be made to give, by number, as the reference lists them.
import { beforeAll, describe, expect, it } from 'vitest'
import type { RequestName, RequestPayload } from '../../src/messages/requests.ts'
import { shellProgram } from './programs.ts'
import { requestNames } from './python-messages.ts'
import { useHost } from './use-host.ts'

const { connect, connectApp } = useHost()

/** What a case may refer to: two panes of one tab, and a session of another window. */
interface Scene {
  a: string
  b: string
  elsewhere: string
  tab: string
  window: string
}

interface Case<N extends RequestName = RequestName> {
  name: N
  what: string
  payload: (scene: Scene) => RequestPayload<N>
  status: number
}

const one = <N extends RequestName>(
  name: N,
  what: string,
  status: number,
  payload: (scene: Scene) => RequestPayload<N>,
): Case<N> => ({ name, what, payload, status })

const range = (startX: number, startY: number, endY: number) => ({
  coordRange: { start: { x: startX, y: startY }, end: { x: 0, y: endY } },
  columns: { location: 0, length: 0 },
})
const badJson = '{'
const nowhere = 'nowhere'

const cases: Case[] = [
  one('sendText', 'an unknown session', 1, () => ({ session: nowhere, text: 'x' })),
  one('sendText', 'all sessions', 0, () => ({ session: 'all', text: '' })),
  one('getBuffer', 'an unknown session', 1, () => ({ session: nowhere, lineRange: { trailingLines: 1 } })),
  one('getBuffer', 'no range', 2, ({ a }) => ({ session: a, lineRange: {} })),
  one('getBuffer', 'two ranges', 2, ({ a }) => ({
    session: a,
    lineRange: { screenContentsOnly: true, trailingLines: 1 },
  })),
  one('getBuffer', 'a negative column', 2, ({ a }) => ({
    session: a,
    lineRange: { windowedCoordRange: range(-1, 0, 1) },
  })),
  one('getBuffer', 'screen_contents_only = false, which counts', 0, ({ a }) => ({
    session: a,
    lineRange: { screenContentsOnly: false },
  })),
  one('getBuffer', 'lines that do not exist', 0, ({ a }) => ({
    session: a,
    lineRange: { windowedCoordRange: range(0, 5000, 6000) },
  })),
  one('getProperty', 'an unknown name', 1, ({ a }) => ({ sessionId: a, name: 'nonsense' })),
  one('getProperty', 'an unknown session', 2, () => ({ sessionId: nowhere, name: 'buried' })),
  one('getProperty', 'an unknown window', 2, () => ({ windowId: nowhere, name: 'frame' })),
  one('setProperty', 'an unknown name', 1, ({ a }) => ({ sessionId: a, name: 'nonsense', jsonValue: '1' })),
  one('setProperty', 'bad JSON', 2, ({ a }) => ({ sessionId: a, name: 'grid_size', jsonValue: badJson })),
  one('setProperty', 'bad JSON, before the target', 2, () => ({
    sessionId: nowhere,
    name: 'grid_size',
    jsonValue: badJson,
  })),
  one('setProperty', 'the wrong shape', 2, ({ a }) => ({
    sessionId: a,
    name: 'grid_size',
    jsonValue: '{"width":"wide"}',
  })),
  one('setProperty', 'an unknown session', 3, () => ({
    sessionId: nowhere,
    name: 'grid_size',
    jsonValue: '{"width":80,"height":24}',
  })),
  one('createTab', 'an unknown profile', 1, () => ({ profileName: 'No Such Profile' })),
  one('createTab', 'an unknown window', 2, () => ({ windowId: nowhere })),
  one('splitPane', 'an unknown session', 1, () => ({ session: nowhere })),
  one('splitPane', 'an unknown profile', 2, ({ a }) => ({ session: a, profileName: 'No Such Profile' })),
  one('splitPane', 'bad JSON in a property', 4, ({ a }) => ({
    session: a,
    customProfileProperties: [{ key: 'Command', jsonValue: badJson }],
  })),
  one('activate', 'an unknown tab', 1, () => ({ tabId: '424242', selectTab: true })),
  one('activate', 'an unknown session', 1, () => ({ sessionId: nowhere, selectSession: true })),
  one('activate', 'select_tab without a tab', 2, () => ({ selectTab: true })),
  one('activate', 'select_session with a tab', 2, ({ tab }) => ({ tabId: tab, selectSession: true })),
  one('variable', 'no scope', 3, () => ({ get: ['id'] })),
  one('variable', 'an unknown session', 1, () => ({ sessionId: nowhere, get: ['id'] })),
  one('variable', 'an unknown tab', 4, () => ({ tabId: '424242', get: ['id'] })),
  one('variable', 'an unknown window', 6, () => ({ windowId: nowhere, get: ['id'] })),
  one('variable', 'setting a built-in', 2, ({ a }) => ({ sessionId: a, set: [{ name: 'id', value: '1' }] })),
  one('variable', 'setting a name with two dots', 2, ({ a }) => ({
    sessionId: a,
    set: [{ name: 'user.a.b', value: '1' }],
  })),
  one('variable', 'getting from all sessions', 5, () => ({ sessionId: 'all', get: ['id'] })),
  one('getProfileProperty', 'an unknown session', 1, () => ({ session: nowhere })),
  one('setProfileProperty', 'an unknown session', 1, () => ({
    session: nowhere,
    assignments: [{ key: 'Badge Text', jsonValue: '"x"' }],
  })),
  one('setProfileProperty', 'bad JSON', 2, ({ a }) => ({
    session: a,
    assignments: [{ key: 'Badge Text', jsonValue: badJson }],
  })),
  one('setProfileProperty', 'the wrong type for a key', 2, ({ a }) => ({
    session: a,
    assignments: [{ key: 'Columns', jsonValue: '"many"' }],
  })),
  one('setProfileProperty', 'no target', 2, () => ({
    assignments: [{ key: 'Badge Text', jsonValue: '"x"' }],
  })),
  one('setProfileProperty', 'an unknown guid', 3, () => ({
    guidList: { guids: [nowhere] },
    assignments: [{ key: 'Badge Text', jsonValue: '"x"' }],
  })),
  one('setProfileProperty', 'the deprecated key and value', 0, ({ a }) => ({
    session: a,
    key: 'Badge Text',
    jsonValue: '"x"',
  })),
  one('getPrompt', 'an unknown session', 1, () => ({ session: nowhere })),
  one('listPrompts', 'an unknown session', 1, () => ({ session: nowhere })),
  one('restartSession', 'an unknown session', 1, () => ({ sessionId: nowhere })),
  one('setTabLayout', 'an unknown tab', 1, () => ({ tabId: '424242', root: {} })),
  one('setTabLayout', 'another tree', 2, ({ tab }) => ({ tabId: tab, root: { vertical: true } })),
  one('reorderTabs', 'a tab named twice', 1, ({ window, tab }) => ({
    assignments: [{ windowId: window, tabIds: [tab, tab] }],
  })),
  one('reorderTabs', 'an unknown window', 2, ({ tab }) => ({
    assignments: [{ windowId: nowhere, tabIds: [tab] }],
  })),
  one('reorderTabs', 'an unknown tab', 3, ({ window }) => ({
    assignments: [{ windowId: window, tabIds: ['424242'] }],
  })),
  one('setBroadcastDomains', 'an unknown session', 1, () => ({
    broadcastDomains: [{ sessionIds: [nowhere] }],
  })),
  one('setBroadcastDomains', 'a session named twice', 2, ({ a, b }) => ({
    broadcastDomains: [{ sessionIds: [a, b] }, { sessionIds: [a] }],
  })),
  one('setBroadcastDomains', 'sessions of two windows', 3, ({ a, elsewhere }) => ({
    broadcastDomains: [{ sessionIds: [a, elsewhere] }],
  })),
  one('selection', 'an unknown session', 3, () => ({ getSelectionRequest: { sessionId: nowhere } })),
  one('selection', 'nothing asked', 3, () => ({})),
  one('selection', 'a column beyond the width', 3, ({ a }) => ({
    setSelectionRequest: {
      sessionId: a,
      selection: { subSelections: [{ windowedCoordRange: range(100_000, 0, 1), selectionMode: 0 }] },
    },
  })),
  one('colorPreset', 'an unknown preset', 1, () => ({ getPreset: { name: 'No Such Preset' } })),
  one('colorPreset', 'nothing asked', 2, () => ({})),
  one('tmux', 'no payload', 1, () => ({})),
  one('tmux', 'an unknown connection', 2, () => ({ sendCommand: { connectionId: nowhere, command: 'x' } })),
  one('screenshot', 'an unknown session', 1, () => ({ session: nowhere })),
]

let scene: Scene
beforeAll(async () => {
  scene = await makeScene()
})

describe('the status of', () => {
  it.each(cases)('$name with $what is $status', async ({ name, payload, status }) => {
    const client = await connect()
    const reply = await client.roundTrip({ [`${name}Request`]: payload(scene) })
    expect(reply.error).toBe('')
    expect(Object.keys(reply).toSorted()).toEqual(['id', `${name}Response`].toSorted())
    const response: unknown = reply[`${name}Response`]
    expect(response).toMatchObject({ status })
  })
})

describe('several answers in one reply', () => {
  it('keep their order: preferences', async () => {
    const client = await connect()
    const requests = [
      { setPreferenceRequest: { key: 'io.test', jsonValue: '{"a":[1]}' } },
      { setPreferenceRequest: { key: 'io.test', jsonValue: badJson } },
      { setPreferenceRequest: { key: 'io.test', jsonValue: 'null' } },
      { getPreferenceRequest: { key: 'io.test' } },
      { getPreferenceRequest: { key: 'io.unset' } },
      { setDefaultProfileRequest: { guid: nowhere } },
      {},
    ]
    const { results } = await client.call('preferences', { requests })
    expect(results.map((result) => Object.keys(result)[0])).toEqual([
      'setPreferenceResult',
      'setPreferenceResult',
      'setPreferenceResult',
      'getPreferenceResult',
      'getPreferenceResult',
      'setDefaultProfileResult',
      'unrecognizedRequest',
    ])
    expect(results.slice(0, 3).map((result) => result.setPreferenceResult.status)).toEqual([0, 1, 2])
    expect(JSON.parse(results[3]?.getPreferenceResult.jsonValue ?? '')).toEqual({ a: [1] })
    expect(results[4]?.getPreferenceResult.jsonValue).toBe('null')
    expect(results[5]?.setDefaultProfileResult.status).toBe(1)
  })
})

it('a selection is given back as it was set', async () => {
  const client = await connect()
  const { a } = scene
  const subSelections = [{ windowedCoordRange: range(0, 0, 1), selectionMode: 2, connected: false }] as const
  const set = { setSelectionRequest: { sessionId: a, selection: { subSelections: [...subSelections] } } }
  expect((await client.call('selection', set)).status).toBe(0)
  const reply = await client.call('selection', { getSelectionRequest: { sessionId: a } })
  const [read] = reply.getSelectionResponse.selection.subSelections
  expect(read?.selectionMode).toBe(2)
  expect(read?.windowedCoordRange.coordRange).toMatchObject({ start: { x: 0, y: 0 }, end: { x: 0, y: 1 } })
})

it.each(requestNames())('an empty %s request is answered, by its own reply', async (name) => {
  const client = await connect()
  const reply = await client.roundTrip({ [`${name}Request`]: {} })
  expect(Object.keys(reply).toSorted()).toEqual(['id', `${name}Response`].toSorted())
})

it('a message without a request is answered with an error, under its id', async () => {
  const reply = await (await connect()).roundTrip({})
  expect(reply.error).not.toBe('')
})

async function makeScene(): Promise<Scene> {
  const app = await connectApp()
  const command = shellProgram('exec cat')
  const first = await app.create({ command })
  const second = await app.split(first.session.id, { command })
  const other = await app.create({ command })
  return {
    a: first.session.id,
    b: second.session.id,
    elsewhere: other.session.id,
    tab: first.tab.id,
    window: first.window.id,
  }
}
