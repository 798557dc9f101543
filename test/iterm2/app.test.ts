import { describe, expect, it } from 'vitest'
import { type App, openApp } from '../../src/iterm2/objects/app.ts'
import type {
  FocusChangedNotification,
  ListSessionsResponse,
  SplitTreeNodeSplitTreeLink,
} from '../../src/messages/iterm2.ts'
import type { FakeTerminal } from '../support/fake-api-server.ts'
import { useIterm2 } from '../support/iterm2-fixture.ts'

const { connected } = useIterm2()

function pane(id: string): SplitTreeNodeSplitTreeLink {
  const frame = { origin: { x: 0, y: 0 }, size: { width: 640, height: 480 } }
  return {
    session: { uniqueIdentifier: id, title: `title of ${id}`, gridSize: { width: 80, height: 25 }, frame },
  }
}

/** One window with two tabs: A and B side by side in the first, C in the second; D is buried. */
const twoTabs: ListSessionsResponse = {
  windows: [
    {
      windowId: 'pty-1',
      number: 0,
      frame: { origin: { x: 10, y: 20 }, size: { width: 800, height: 600 } },
      tabs: [
        { tabId: '1', tmuxWindowId: '-1', root: { vertical: true, links: [pane('A'), pane('B')] } },
        {
          tabId: '2',
          tmuxWindowId: '-1',
          root: { vertical: false, links: [pane('C')] },
          minimizedSessions: [{ uniqueIdentifier: 'M', title: 'small' }],
        },
      ],
    },
    { windowId: 'pty-closing', tabs: [] },
  ],
  buriedSessions: [{ uniqueIdentifier: 'D', title: 'deep' }],
}

const focusOnB: FocusChangedNotification[] = [
  { applicationActive: true },
  { window: { windowStatus: 0, windowId: 'pty-1' } },
  { selectedTab: '1' },
  { session: 'B' },
  { session: 'C' },
]

function serve(terminal: FakeTerminal) {
  const state = { tree: twoTabs, focus: focusOnB, domains: [['A', 'B']] }
  terminal.respond('listSessions', () => state.tree)
  terminal.respond('focus', () => ({ notifications: state.focus }))
  terminal.respond('getBroadcastDomains', () => ({
    broadcastDomains: state.domains.map((sessionIds) => ({ sessionIds })),
  }))
  return state
}

const ids = (things: readonly { id: string }[]) => things.map(({ id }) => id)

async function openOn() {
  const { terminal, client } = await connected({ reconnect: { firstDelayMs: 1, maxDelayMs: 5 } })
  const state = serve(terminal)
  const app = await openApp(client)
  return { terminal, client, state, app }
}

function nextEvent(app: App, event: 'layout' | 'focus' | 'broadcast'): Promise<void> {
  return new Promise((resolve) => app.once(event, () => resolve()))
}

describe('the app', () => {
  it('has the windows, tabs and sessions that the terminal lists', async () => {
    const { app } = await openOn()
    expect(ids(app.windows)).toEqual(['pty-1'])
    const [window] = app.windows
    expect(window).toMatchObject({ number: 0, frame: { x: 10, y: 20, width: 800, height: 600 } })
    expect(ids(window?.tabs ?? [])).toEqual(['1', '2'])
    expect(ids(app.tab('1')?.sessions ?? [])).toEqual(['A', 'B'])
    expect(app.tab('1')?.root.vertical).toBe(true)
    expect(app.tab('1')?.tmuxWindowId).toBeUndefined()
    expect(ids(app.tab('2')?.allSessions ?? [])).toEqual(['C', 'M'])
    expect(ids(app.sessions).sort()).toEqual(['A', 'B', 'C', 'D', 'M'])
    expect(ids(app.buriedSessions)).toEqual(['D'])
    expect(app.session('A')).toMatchObject({
      title: 'title of A',
      gridSize: { columns: 80, rows: 25 },
      place: 'pane',
    })
    expect(app.session('M')?.place).toBe('minimized')
    expect(app.applicationActive).toBe(true)
    expect(app.currentWindow).toBe(window)
    expect(app.currentSession).toBe(app.session('B'))
    expect(app.tab('2')?.currentSession).toBe(app.session('C'))
    expect(app.broadcastDomains).toEqual([['A', 'B']])
    const tab = app.tab('2')
    expect(tab && app.windowOf(tab)).toBe(window)
    expect(ids([app.session('C')].flatMap((one) => (one && app.tabOf(one)) ?? []))).toEqual(['2'])
    await app.close()
  })

  it('follows layouts, and keeps the objects of what stays', async () => {
    const { app, terminal } = await openOn()
    const a = app.session('A')
    const events: string[] = []
    app.on('session-added', ({ id }) => events.push(`+${id}`))
    app.on('session-removed', ({ id }) => events.push(`-${id}`))
    const changed = nextEvent(app, 'layout')
    terminal.notify({
      layoutChangedNotification: {
        listSessionsResponse: {
          windows: [
            {
              windowId: 'pty-2',
              number: 1,
              tabs: [{ tabId: '1', root: { vertical: false, links: [pane('A'), pane('E')] } }],
            },
          ],
        },
      },
    })
    await changed
    expect(app.session('A')).toBe(a)
    expect(events).toEqual(['+E', '-B', '-C', '-M', '-D'])
    expect(ids(app.windows)).toEqual(['pty-2'])
    expect(app.window('pty-1')).toBeUndefined()
    expect(app.currentWindow).toBeUndefined()
    await app.close()
  })

  it('follows the focus, and reads the tree when the focus is on something unknown', async () => {
    const { app, terminal, state } = await openOn()
    const focused = nextEvent(app, 'focus')
    terminal.notify({ focusChangedNotification: { selectedTab: '2' } })
    await focused
    expect(app.currentSession?.id).toBe('C')
    state.tree = {
      windows: [{ windowId: 'pty-1', tabs: [{ tabId: '9', root: { links: [pane('N')] } }] }],
    }
    state.focus = [{ window: { windowStatus: 0, windowId: 'pty-1' } }, { selectedTab: '9' }, { session: 'N' }]
    const added = new Promise((resolve) => app.once('session-added', resolve))
    terminal.notify({ focusChangedNotification: { selectedTab: '9' } })
    await added
    await app.refresh()
    expect(app.currentSession?.id).toBe('N')
    await app.close()
  })

  it('reads the tree again when a session began or ended', async () => {
    const { app, terminal, state } = await openOn()
    state.tree = { windows: [], buriedSessions: [{ uniqueIdentifier: 'D' }] }
    const removed = new Promise<{ id: string }>((resolve) => app.once('session-removed', resolve))
    terminal.notify({ terminateSessionNotification: { sessionId: 'A' } })
    expect((await removed).id).toBe('A')
    expect(ids(app.sessions)).toEqual(['D'])
    await app.close()
  })

  it('reads everything again after the connection was lost', async () => {
    const { app, terminal, state } = await openOn()
    state.tree = { windows: [{ windowId: 'pty-3', tabs: [{ tabId: '5', root: { links: [pane('X')] } }] }] }
    state.domains = []
    const added = new Promise<{ id: string }>((resolve) => app.once('session-added', resolve))
    const broadcast = nextEvent(app, 'broadcast')
    terminal.drop()
    expect((await added).id).toBe('X')
    await broadcast
    expect(app.broadcastDomains).toEqual([])
    await app.close()
  })

  it('does not put an old listing over a newer layout', async () => {
    const { app, terminal, state } = await openOn()
    const newer = { windows: [{ windowId: 'pty-1', tabs: [{ tabId: '1', root: { links: [pane('NEW')] } }] }] }
    let readings = 0
    terminal.respond('listSessions', () => {
      readings++
      if (readings > 1) return newer
      // The layout arrives between the reading and its reply.
      terminal.notify({ layoutChangedNotification: { listSessionsResponse: newer } })
      return state.tree
    })
    await app.refresh()
    expect(ids(app.sessions)).toEqual(['NEW'])
    expect(readings).toBe(2)
    await app.close()
  })

  it('gives a new window as objects, with the session that runs the command', async () => {
    const { app, terminal, state } = await openOn()
    terminal.respond('createTab', () => {
      state.tree = {
        windows: [
          ...(twoTabs.windows ?? []),
          { windowId: 'pty-9', tabs: [{ tabId: '7', root: { links: [pane('NEW')] } }] },
        ],
      }
      return { windowId: 'pty-9', tabId: 7, sessionId: 'NEW' }
    })
    const tab = await app.createWindow({
      profile: 'Agents',
      command: 'claude',
      properties: { badgeText: 'b', other: { 'Blinking Cursor': true } },
    })
    expect(ids(tab.sessions)).toEqual(['NEW'])
    expect(app.windowOf(tab)?.id).toBe('pty-9')
    const [request] = terminal.requests('createTab')
    expect(request).toMatchObject({ profileName: 'Agents' })
    expect(request?.windowId).toBeUndefined()
    expect(
      Object.fromEntries(
        request?.customProfileProperties?.map(({ key, jsonValue }) => [key, jsonValue]) ?? [],
      ),
    ).toEqual({
      'Badge Text': '"b"',
      'Custom Command': '"Yes"',
      Command: '"claude"',
      'Blinking Cursor': 'true',
    })
    await app.close()
  })

  it('adopts the tab that exists although its index was refused', async () => {
    const { app, terminal } = await openOn()
    terminal.respond('createTab', () => ({ status: 3, windowId: 'pty-1', tabId: 2, sessionId: 'C' }))
    const tab = await app.window('pty-1')?.createTab({ index: 99, select: false })
    expect(tab).toBe(app.tab('2'))
    expect(terminal.requests('createTab')[0]).toMatchObject({
      windowId: 'pty-1',
      tabIndex: 99,
      selectTab: false,
    })
    await app.close()
  })

  it('takes part in nothing any more once it is closed', async () => {
    const { app, terminal } = await openOn()
    await app.close()
    const stopped = terminal.subscriptions.filter(({ subscribe }) => subscribe === false)
    expect(stopped.map(({ notificationType }) => notificationType).sort()).toEqual([11, 6, 7, 8, 9])
  })
})
