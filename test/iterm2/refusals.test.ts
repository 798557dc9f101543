// What the terminal refuses, and what it is too old for.
import { describe, expect, it } from 'vitest'
import type { Client } from '../../src/iterm2/client.ts'
import {
  listArrangements,
  readColorPreset,
  restoreArrangement,
  selectMenuItem,
  setBroadcastDomains,
} from '../../src/iterm2/objects/application.ts'
import { applyLayout } from '../../src/iterm2/objects/layout.ts'
import { setPreference } from '../../src/iterm2/objects/preferences.ts'
import { listPrompts } from '../../src/iterm2/objects/prompts.ts'
import { Session } from '../../src/iterm2/objects/session.ts'
import { Tab } from '../../src/iterm2/objects/tab.ts'
import { listTmuxConnections } from '../../src/iterm2/objects/tmux.ts'
import { Window } from '../../src/iterm2/objects/window.ts'
import type { RequestName } from '../../src/messages/requests.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()

const session = (client: Client) => new Session(client, 'S')
const tab = (client: Client) => new Tab(client, '1')
const window = (client: Client) =>
  new Window(client, 'pty-1', { openedTab: async () => new Tab(client, 'new') })

describe('a refusal has the name of the status', () => {
  const refusals: [string, RequestName, object, (client: Client) => Promise<unknown>][] = [
    ['SESSION_NOT_FOUND', 'sendText', { status: 1 }, (c) => session(c).sendText('x')],
    ['SESSION_NOT_FOUND', 'inject', { status: [1] }, (c) => session(c).inject('x')],
    ['CANNOT_SPLIT', 'splitPane', { status: 3 }, (c) => session(c).split()],
    ['USER_DECLINED', 'close', { statuses: [2] }, (c) => session(c).close()],
    ['NOT_FOUND', 'close', { statuses: [1] }, (c) => tab(c).close()],
    ['SESSION_NOT_RESTARTABLE', 'restartSession', { status: 2 }, (c) => session(c).restart()],
    ['BAD_IDENTIFIER', 'activate', { status: 1 }, (c) => session(c).activate()],
    ['IMPOSSIBLE', 'setProperty', { status: 5 }, (c) => session(c).setGridSize(1, 1)],
    ['INVALID_TARGET', 'getProperty', { status: 2 }, (c) => session(c).readLineInfo()],
    ['INVALID_NAME', 'variable', { status: 2 }, (c) => session(c).getVariable('x')],
    ['SESSION_NOT_FOUND', 'getProfileProperty', { status: 1 }, (c) => session(c).readProfile()],
    ['REQUEST_MALFORMED', 'setProfileProperty', { status: 2 }, (c) => session(c).setProfile({ rows: 1 })],
    ['SESSION_NOT_FOUND', 'getPrompt', { status: 1 }, (c) => session(c).readPrompt()],
    ['REQUEST_MALFORMED', 'selection', { status: 3 }, (c) => session(c).setSelection([])],
    ['INTERNAL_ERROR', 'screenshot', { status: 3 }, (c) => session(c).screenshot()],
    ['WRONG_TREE', 'setTabLayout', { status: 2 }, (c) => tab(c).resizePanes(new Map())],
    ['INVALID_TAB_ID', 'reorderTabs', { status: 3 }, (c) => window(c).setTabs([])],
    ['INVALID_WINDOW_ID', 'createTab', { status: 2 }, (c) => window(c).createTab()],
    ['ARRANGEMENT_NOT_FOUND', 'savedArrangement', { status: 1 }, (c) => restoreArrangement(c, 'x')],
    ['SESSIONS_NOT_IN_SAME_WINDOW', 'setBroadcastDomains', { status: 3 }, (c) => setBroadcastDomains(c, [])],
    ['PRESET_NOT_FOUND', 'colorPreset', { status: 1 }, (c) => readColorPreset(c, 'x')],
    ['DISABLED', 'menuItem', { status: 2 }, (c) => selectMenuItem(c, 'x')],
    ['INVALID_REQUEST', 'tmux', { status: 1 }, (c) => listTmuxConnections(c)],
    [
      'INVALID_VALUE',
      'preferences',
      { results: [{ setPreferenceResult: { status: 2 } }] },
      (c) => setPreference(c, 'x', null),
    ],
    ['TIMEOUT', 'invokeFunction', { error: { status: 1 } }, (c) => session(c).setName('x')],
  ]
  it.each(refusals)('%s of %s', async (status, name, reply, act) => {
    const { terminal, client } = await connected()
    terminal.respond(name, () => reply)
    await expect(act(client)).rejects.toMatchObject({ name: 'Iterm2Error', code: 'rejected', status })
  })

  it('and the reason that the terminal gives for a function', async () => {
    const { terminal, client } = await connected()
    terminal.respond('invokeFunction', () => ({ error: { status: 2, errorReason: 'no such function' } }))
    await expect(session(client).invoke('x.y', { password: 'secret' })).rejects.toMatchObject({
      status: 'FAILED',
      message: expect.stringMatching(/^(?!.*secret).*x\.y\(\).*no such function/),
    })
  })
})

describe('a terminal that is too old', () => {
  const gates: [string, string, (client: Client) => Promise<unknown>][] = [
    ['0.99', '1.0', (c) => tab(c).selectPane('left')],
    ['1.2', '1.3', (c) => session(c).readCoprocess()],
    ['1.4', '1.5', (c) => listPrompts(c, 'S')],
    ['1.5', '1.6', listArrangements],
    ['1.7', '1.8', (c) => session(c).addAnnotation({ x: 0, y: 0 }, { x: 0, y: 0 }, '')],
    ['1.9', '1.11', (c) => session(c).moveBeside('T')],
    ['1.12', '1.13', (c) => session(c).moveToNewWindow()],
    ['1.13', '1.14', (c) => applyLayout(c, { tabs: [] })],
    ['1.15', '1.16', (c) => applyLayout(c, { tabs: [{ tab: '1', root: { newSession: {} } }] })],
    ['1.16', '1.17', (c) => session(c).screenshot()],
  ]
  it.each(gates)('with version %s is not asked for what needs %s', async (version, needed, act) => {
    const { terminal, client } = await connected({ terminal: { protocolVersion: version } })
    await expect(act(client)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(needed),
    })
    expect(terminal.received).toEqual([])
  })
})
