import { describe, expect, it } from 'vitest'
import type { Client } from '../../src/iterm2/client.ts'
import {
  getBroadcastDomains,
  getMenuItemState,
  listArrangements,
  listColorPresets,
  readColorPreset,
  restoreArrangement,
  saveArrangement,
  setBroadcastDomains,
} from '../../src/iterm2/objects/application.ts'
import { applyLayout } from '../../src/iterm2/objects/layout.ts'
import { getPreference } from '../../src/iterm2/objects/preferences.ts'
import { listPrompts, readPrompt } from '../../src/iterm2/objects/prompts.ts'
import { Session, sessionIdFrom } from '../../src/iterm2/objects/session.ts'
import { Tab } from '../../src/iterm2/objects/tab.ts'
import { listTmuxConnections } from '../../src/iterm2/objects/tmux.ts'
import { Window } from '../../src/iterm2/objects/window.ts'
import { SelectionMode, type SubSelection } from '../../src/messages/iterm2.ts'
import type { RequestName, RequestPayload, ResponsePayload } from '../../src/messages/requests.ts'
import type { FakeTerminal } from '../support/fake-api-server.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()

/** Has the terminal answer one request, does something, and gives what arrived. */
async function exchange<N extends RequestName>(
  name: N,
  reply: ResponsePayload<N>,
  act: (client: Client, terminal: FakeTerminal) => Promise<unknown>,
): Promise<{ sent: RequestPayload<N> | undefined; result: unknown }> {
  const { terminal, client } = await connected()
  terminal.respond(name, () => reply)
  const result = await act(client, terminal)
  return { sent: terminal.requests(name)[0], result }
}

const session = (client: Client) => new Session(client, 'S')
const tab = (client: Client) => new Tab(client, '1')
const window = (client: Client) =>
  new Window(client, 'pty-1', { openedTab: async () => new Tab(client, 'new') })
const ok = { success: { jsonResult: 'null' } }

describe('a session', () => {
  it('types without broadcasting unless it is told to', async () => {
    const quiet = await exchange('sendText', {}, (client) => session(client).sendText('a\r'))
    expect(quiet.sent).toMatchObject({ session: 'S', text: 'a\r', suppressBroadcast: true })
    const loud = await exchange('sendText', {}, (client) =>
      session(client).sendText('a', { suppressBroadcast: false }),
    )
    expect(loud.sent).toMatchObject({ suppressBroadcast: false })
  })

  it('prints bytes', async () => {
    const { sent } = await exchange('inject', { status: [0] }, (client) =>
      session(client).inject('é\u001b[m'),
    )
    expect(sent?.sessionId).toEqual(['S'])
    expect(Buffer.from(sent?.data ?? []).toString()).toBe('é\u001b[m')
  })

  it('splits its pane and gives the new session', async () => {
    const { sent, result } = await exchange('splitPane', { sessionId: ['N'] }, (client) =>
      session(client).split({ vertical: true, before: true, command: 'top' }),
    )
    expect(sent).toMatchObject({ session: 'S', splitDirection: 0, before: true })
    expect(sent?.customProfileProperties?.map(({ key }) => key)).toEqual(['Custom Command', 'Command'])
    expect((result as Session).id).toBe('N')
  })

  it('is closed, restarted, selected, resized and buried', async () => {
    const closed = await exchange('close', { statuses: [0] }, (c) => session(c).close({ force: true }))
    expect(closed.sent).toMatchObject({ sessions: { sessionIds: ['S'] }, force: true })
    const restarted = await exchange('restartSession', {}, (c) => session(c).restart({ onlyIfExited: true }))
    expect(restarted.sent).toMatchObject({ sessionId: 'S', onlyIfExited: true })
    const selected = await exchange('activate', {}, (c) => session(c).activate({ activateApp: true }))
    expect(selected.sent).toMatchObject({
      sessionId: 'S',
      selectSession: true,
      selectTab: true,
      orderWindowFront: true,
      activateApp: { ignoringOtherApps: true },
    })
    const resized = await exchange('setProperty', {}, (c) => session(c).setGridSize(100, 30))
    expect(resized.sent).toMatchObject({ name: 'grid_size', jsonValue: '{"width":100,"height":30}' })
    const buried = await exchange('setProperty', {}, (c) => session(c).setBuried(true))
    expect(buried.sent).toMatchObject({ sessionId: 'S', name: 'buried', jsonValue: 'true' })
    const isBuried = await exchange('getProperty', { jsonValue: '1' }, (c) => session(c).isBuried())
    expect(isBuried.result).toBe(true)
  })

  it('is named through a function that cannot be broken out of', async () => {
    const { sent } = await exchange('invokeFunction', ok, (c) => session(c).setName('a", b: \\(app.secret)'))
    expect(sent?.method).toEqual({ receiver: 'S' })
    expect(sent?.invocation).toBe('iterm2.set_name(name: "a\\", b: \\\\\\u0028app.secret)")')
  })

  it('runs and stops coprocesses, whose results are numbers', async () => {
    const run = await exchange('invokeFunction', { success: { jsonResult: '1' } }, (c) =>
      session(c).runCoprocess('cat'),
    )
    expect(run.sent?.invocation).toBe('iterm2.run_coprocess(commandLine: "cat", mute: false)')
    expect(run.result).toBe(true)
    const none = await exchange('invokeFunction', { success: {} }, (c) => session(c).readCoprocess())
    expect(none.result).toBeNull()
  })

  it('is moved and annotated by functions of the application', async () => {
    const moved = await exchange('invokeFunction', { success: { jsonResult: '"7"' } }, (c) =>
      session(c).moveToNewTab({ window: 'w' }),
    )
    expect(moved.sent).toMatchObject({
      app: {},
      invocation: 'iterm2.move_session_to_new_tab(session: "S", window_id: "w")',
    })
    expect(moved.result).toBe('7')
    const noted = await exchange('invokeFunction', ok, (c) =>
      session(c).addAnnotation({ x: 1, y: 2 }, { x: 3, y: 4 }, 'note'),
    )
    expect(noted.sent?.invocation).toBe(
      'iterm2.add_annotation(startX: 1, startY: 2, endX: 3, endY: 4, text: "note")',
    )
  })

  it('gives the selected text part by part', async () => {
    const { terminal, client } = await connected()
    const part = (y: number, connected: boolean): SubSelection => ({
      windowedCoordRange: { coordRange: { start: { x: 2, y }, end: { x: 5, y } } },
      selectionMode: SelectionMode.BOX,
      connected,
    })
    terminal.respond('selection', () => ({
      getSelectionResponse: { selection: { subSelections: [part(1, true), part(2, false), part(3, false)] } },
    }))
    terminal.respond('getBuffer', ({ lineRange }) => ({
      contents: [{ text: `y${lineRange?.windowedCoordRange?.coordRange?.start?.y}` }],
    }))
    expect(await session(client).readSelection()).toMatchObject([
      { start: { x: 2, y: 1 }, end: { x: 5, y: 1 }, mode: 'box', connected: true },
      { mode: 'box', connected: false },
      { connected: false },
    ])
    expect(await session(client).readSelectedText()).toBe('y1y2\ny3')
    terminal.respond('selection', () => ({}))
    expect(await session(client).readSelection()).toEqual([])
  })

  it('is found by the id inside ITERM_SESSION_ID and termid', () => {
    expect(sessionIdFrom('w0t1p2:ABC-DEF')).toBe('ABC-DEF')
    expect(sessionIdFrom('w0t1p2.ABC-DEF')).toBe('ABC-DEF')
    expect(sessionIdFrom('ABC-DEF')).toBe('ABC-DEF')
  })

  it('has prompts, or none', async () => {
    const done = await exchange(
      'getPrompt',
      { promptState: 2, exitStatus: 3, uniquePromptId: 'p', commandRange: { start: { x: 2, y: 5 } } },
      (c) => session(c).readPrompt(),
    )
    expect(done.result).toMatchObject({
      id: 'p',
      state: 'finished',
      exitStatus: 3,
      commandRange: { start: { x: 2, y: 5 }, end: { x: 0, y: 0 } },
      excluded: [],
    })
    const none = await exchange('getPrompt', { status: 3 }, (c) => readPrompt(c, 'S', 'gone'))
    expect(none.result).toBeUndefined()
    const all = await exchange('listPrompts', { uniquePromptId: ['a', 'b'] }, (c) =>
      listPrompts(c, 'S', { first: 'a' }),
    )
    expect(all.result).toEqual(['a', 'b'])
    expect(all.sent).toMatchObject({ session: 'S', firstUniqueId: 'a' })
  })
})

describe('a tab', () => {
  it('is selected, titled and left through neighbouring panes', async () => {
    const selected = await exchange('activate', {}, (c) => tab(c).select())
    expect(selected.sent).toMatchObject({ tabId: '1', selectTab: true, orderWindowFront: false })
    const pane = await exchange('invokeFunction', { success: { jsonResult: '"B"' } }, (c) =>
      tab(c).selectPane('left'),
    )
    expect(pane.sent).toMatchObject({
      method: { receiver: '1' },
      invocation: 'iterm2.select_pane_in_direction(direction: "left")',
    })
    expect(pane.result).toBe('B')
  })

  it('resizes its panes with the shape of its tree', async () => {
    const { sent } = await exchange('setTabLayout', {}, (client) => {
      const one = tab(client)
      const [a, b] = [new Session(client, 'A'), new Session(client, 'B')]
      b.gridSize = { columns: 40, rows: 10 }
      one.update({
        root: { vertical: true, children: [a, { vertical: false, children: [b] }] },
        minimized: [],
        tmuxWindowId: undefined,
        tmuxConnectionId: undefined,
      })
      return one.resizePanes(new Map([['A', { columns: 90, rows: 20 }]]))
    })
    expect(sent).toMatchObject({
      tabId: '1',
      root: {
        vertical: true,
        links: [
          { session: { uniqueIdentifier: 'A', gridSize: { width: 90, height: 20 } } },
          { node: { vertical: false, links: [{ session: { gridSize: { width: 40, height: 10 } } }] } },
        ],
      },
    })
  })
})

describe('a window', () => {
  it('has a frame, of which all four numbers are sent', async () => {
    const jsonValue = '{"origin":{"x":1,"y":2},"size":{"width":3,"height":4}}'
    const read = await exchange('getProperty', { jsonValue }, (c) => window(c).readFrame())
    expect(read.result).toEqual({ x: 1, y: 2, width: 3, height: 4 })
    const set = await exchange('setProperty', {}, (c) =>
      window(c).setFrame({ x: 1, y: 2, width: 3, height: 4 }),
    )
    expect(set.sent).toMatchObject({ windowId: 'pty-1', name: 'frame', jsonValue })
  })

  it('orders its tabs', async () => {
    const { sent } = await exchange('reorderTabs', {}, (c) =>
      window(c).setTabs([new Tab(c, '3'), new Tab(c, '1')]),
    )
    expect(sent?.assignments).toMatchObject([{ windowId: 'pty-1', tabIds: ['3', '1'] }])
  })

  it('is saved as an arrangement of its own', async () => {
    const { sent } = await exchange('savedArrangement', {}, (c) => window(c).saveArrangement('work'))
    expect(sent).toMatchObject({ action: 1, name: 'work', windowId: 'pty-1' })
  })
})

describe('the application', () => {
  it('saves, restores and lists arrangements', async () => {
    const saved = await exchange('savedArrangement', {}, (c) => saveArrangement(c, 'x'))
    expect(saved.sent).toMatchObject({ action: 1, name: 'x' })
    const restored = await exchange('savedArrangement', {}, (c) => restoreArrangement(c, 'x'))
    expect(restored.sent).toMatchObject({ action: 0, name: 'x' })
    const listed = await exchange('savedArrangement', { names: ['x'] }, listArrangements)
    expect(listed).toMatchObject({ sent: { action: 2 }, result: ['x'] })
  })

  it('groups sessions for broadcasting', async () => {
    const broadcastDomains = [{ sessionIds: ['A', 'B'] }]
    const read = await exchange('getBroadcastDomains', { broadcastDomains }, getBroadcastDomains)
    expect(read.result).toEqual([['A', 'B']])
    const set = await exchange('setBroadcastDomains', {}, (c) => setBroadcastDomains(c, [['A', 'B']]))
    expect(set.sent).toMatchObject({ broadcastDomains })
  })

  it('has colour presets, preferences and a menu', async () => {
    const presets = await exchange('colorPreset', { listPresets: { name: ['Dark'] } }, listColorPresets)
    expect(presets.result).toEqual(['Dark'])
    const colorSettings = [{ key: 'Bold Color', red: 1, green: 0.5, blue: 0, colorSpace: 'P3' }]
    const preset = await exchange('colorPreset', { getPreset: { colorSettings } }, (c) =>
      readColorPreset(c, 'Dark'),
    )
    expect(preset.result).toEqual(
      new Map([['Bold Color', { red: 1, green: 0.5, blue: 0, alpha: 1, space: 'P3' }]]),
    )
    const results = [{ getPreferenceResult: { jsonValue: '{"a":1}' } }]
    const preference = await exchange('preferences', { results }, (c) => getPreference(c, 'Key'))
    expect(preference.result).toEqual({ a: 1 })
    const item = await exchange('menuItem', { checked: true, enabled: true }, (c) =>
      getMenuItemState(c, 'View.Full Screen'),
    )
    expect(item.sent).toMatchObject({ identifier: 'View.Full Screen', queryOnly: true })
    expect(item.result).toEqual({ checked: true, enabled: true })
  })

  it('knows tmux connections', async () => {
    const { terminal, client } = await connected()
    terminal.respond('tmux', (request) => {
      if (request.listConnections) {
        return { listConnections: { connections: [{ connectionId: 'c', owningSessionId: 'S' }] } }
      }
      if (request.createWindow) return { createWindow: { tabId: '9' } }
      return request.sendCommand?.command === 'bad' ? { sendCommand: {} } : { sendCommand: { output: 'out' } }
    })
    const [tmux] = await listTmuxConnections(client)
    expect(tmux).toMatchObject({ id: 'c', owningSession: 'S' })
    expect(await tmux?.sendCommand('ls')).toBe('out')
    expect(await tmux?.createWindow('3')).toBe('9')
    await expect(tmux?.sendCommand('bad')).rejects.toMatchObject({ code: 'rejected' })
  })

  it('applies a layout as base64 of JSON', async () => {
    const { sent } = await exchange('invokeFunction', ok, (c) =>
      applyLayout(c, {
        tabs: [
          {
            tab: '1',
            root: { vertical: true, children: [{ session: 'A' }, { newSession: { profile: 'P' } }] },
          },
        ],
        closeSessions: ['Z'],
      }),
    )
    const base64 = /spec_json_b64: "([^"]+)"/.exec(sent?.invocation ?? '')?.[1] ?? ''
    expect(JSON.parse(Buffer.from(base64, 'base64').toString())).toEqual({
      tabs: [
        {
          tab_id: '1',
          root: { vertical: true, children: [{ session_id: 'A' }, { new_session: { profile: 'P' } }] },
        },
      ],
      close_sessions: ['Z'],
      close_tabs: [],
      close_windows: [],
    })
  })
})
