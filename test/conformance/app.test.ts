import { describe, expect, it } from 'vitest'
import { NotificationType } from '../../src/messages/iterm2.ts'
import { echoProgram, shellProgram } from './programs.ts'
import { PythonLikeApp } from './python-like-app.ts'
import { useHost } from './use-host.ts'
import { Collected, untilScreen } from './watching.ts'

const { connect, connectApp } = useHost()

describe('the start of an app', () => {
  it('needs eight calls, and all of them are answered', async () => {
    const app = await PythonLikeApp.get(await connect())
    expect(typeof app.active).toBe('boolean')
  })
})

describe('creating', () => {
  it('a window gives a listed session, tab and window, and the program runs', async () => {
    const app = await connectApp()
    const { session, tab, window } = await app.create({ command: shellProgram(echoProgram) })
    expect(session.id).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/)
    expect(tab.id).toMatch(/^\d+$/)
    expect(window.id).toMatch(/^pty-[0-9A-F-]{36}$/)
    expect(session.columns).toBeGreaterThan(20)
    await untilScreen(app.client, session.id, (text) => text.includes('ready'))
  })

  it('is announced before or with the layout that contains it', async () => {
    const app = await connectApp()
    const { session } = await app.create()
    await app.until(({ created }) => created.includes(session.id))
    expect(app.session(session.id)).toBeDefined()
  })

  it('a tab in a window puts it at its end, or at the index asked for', async () => {
    const app = await connectApp()
    const first = await app.create()
    const windowId = first.window.id
    const second = await app.create({ windowId })
    const third = await app.create({ windowId, request: { tabIndex: 0 } })
    const tabs = app.windows.find(({ id }) => id === windowId)?.tabs.map(({ id }) => id)
    expect(tabs).toEqual([third.tab.id, first.tab.id, second.tab.id])
  })

  it('a tab at an index that is too high answers INVALID_TAB_INDEX, with the ids of the tab', async () => {
    const app = await connectApp()
    const { window } = await app.create()
    const reply = await app.client.call('createTab', { windowId: window.id, tabIndex: 99 })
    expect(reply.status).toBe(3)
    await app.refresh()
    expect(app.tabOf(reply.sessionId)?.id).toBe(String(reply.tabId))
  })

  it('a tab in the background leaves the selection where it was', async () => {
    const app = await connectApp()
    const { window, tab } = await app.create()
    const behind = await app.create({ windowId: window.id, request: { selectTab: false } })
    expect(app.windows.find(({ id }) => id === window.id)?.selectedTabId).toBe(tab.id)
    await app.client.call('activate', { tabId: behind.tab.id, selectTab: true })
    await app.until(
      ({ windows }) => windows.find(({ id }) => id === window.id)?.selectedTabId === behind.tab.id,
    )
  })

  it('panes builds the tree: side by side for a vertical divider, stacked for a horizontal one', async () => {
    const app = await connectApp()
    const left = await app.create()
    const right = await app.split(left.session.id, { vertical: true })
    const below = await app.split(right.session.id, { vertical: false })
    const root = app.tabOf(left.session.id)?.root
    expect(root?.vertical).toBe(true)
    expect(root?.links[0]?.session.uniqueIdentifier).toBe(left.session.id)
    expect(root?.links[1]?.node.vertical).toBe(false)
    expect(root?.links[1]?.node.links.map((link) => link.session.uniqueIdentifier)).toEqual([
      right.session.id,
      below.session.id,
    ])
    const panes = app.tabOf(left.session.id)?.sessions ?? []
    expect(panes).toHaveLength(3)
    for (const pane of panes) expect(pane.columns).toBeLessThan(left.session.columns)
  })

  it('a pane before another puts it left of it', async () => {
    const app = await connectApp()
    const right = await app.create()
    const left = await app.split(right.session.id, { before: true })
    expect(app.tabOf(right.session.id)?.sessions.map(({ id }) => id)).toEqual([
      left.session.id,
      right.session.id,
    ])
  })

  it('gives every session its own login shell in the environment of iTerm2', async () => {
    const app = await connectApp()
    const command = shellProgram(
      'echo "$TERM_PROGRAM $COLORTERM $LC_TERMINAL"; echo "<$ITERM_SESSION_ID>"; cat',
    )
    const { session, window, tab } = await app.create({ command })
    const { text } = await untilScreen(app.client, session.id, (shown) => shown.includes('>'))
    expect(text).toContain('iTerm.app truecolor iTerm2')
    const tabIndex = app.windows.find(({ id }) => id === window.id)?.tabs.findIndex(({ id }) => id === tab.id)
    expect(text).toContain(`<w${window.number}t${tabIndex}p0:${session.id}>`)
  })
})

describe('closing', () => {
  it('the last pane closes the tab, the last tab closes the window', async () => {
    const app = await connectApp()
    const first = await app.create()
    const second = await app.create({ windowId: first.window.id })
    const pane = await app.split(second.session.id)
    const close = (id: string) => app.client.call('close', { sessions: { sessionIds: [id] }, force: true })
    expect((await close(pane.session.id)).statuses).toEqual([0])
    await app.until(() => app.tabOf(second.session.id)?.sessions.length === 1)
    await close(second.session.id)
    await app.until(() => !app.tabs.some(({ id }) => id === second.tab.id))
    expect(app.windows.some(({ id }) => id === first.window.id)).toBe(true)
    await close(first.session.id)
    await app.until(({ windows }) => !windows.some(({ id }) => id === first.window.id))
  })

  it('answers one status per id, in order', async () => {
    const app = await connectApp()
    const { tab, window } = await app.create()
    const other = await app.create({ windowId: window.id })
    const tabIds = [tab.id, '424242', other.tab.id]
    expect((await app.client.call('close', { tabs: { tabIds }, force: true })).statuses).toEqual([0, 1, 0])
  })

  it('is announced, and so is a program that ends by itself', async () => {
    const app = await connectApp()
    const kept = await app.create({ command: shellProgram('exec cat') })
    const ended = await app.create({ command: shellProgram('exit 3') })
    await app.client.call('close', { sessions: { sessionIds: [kept.session.id] }, force: true })
    await app.until(({ terminated }) => terminated.includes(kept.session.id))
    await app.until(({ terminated }) => terminated.includes(ended.session.id))
  })
})

describe('the focus', () => {
  it('is told as: application, key window, then for every window and tab what is selected', async () => {
    const app = await connectApp()
    const { window } = await app.create()
    await app.create({ windowId: window.id })
    const { notifications } = await app.client.call('focus', {})
    const kinds = notifications.map((notification) => Object.keys(notification).at(0))
    expect(kinds.slice(0, 2)).toEqual(['applicationActive', 'window'])
    const rest = kinds.slice(2)
    expect(rest.filter((kind) => kind === 'selectedTab')).toHaveLength(app.windows.length)
    expect(rest.filter((kind) => kind === 'session')).toHaveLength(app.tabs.length)
  })

  it('follows Activate: order front, select tab, select session', async () => {
    const app = await connectApp()
    const left = await app.create()
    const right = await app.split(left.session.id)
    await app.create()
    const reply = await app.client.call('activate', {
      sessionId: left.session.id,
      orderWindowFront: true,
      selectTab: true,
      selectSession: true,
      activateApp: { raiseAllWindows: false, ignoringOtherApps: true },
    })
    expect(reply.status).toBe(0)
    await app.until(({ currentWindowId }) => currentWindowId === left.window.id)
    await app.until(() => app.tabOf(right.session.id)?.activeSessionId === left.session.id)
  })

  it('is announced after the layout it refers to', async () => {
    const watcher = await connect()
    const app = await connectApp()
    const seen = new Collected<string>()
    await watcher.subscribe(NotificationType.NOTIFY_ON_LAYOUT_CHANGE, ({ layoutChangedNotification }) => {
      for (const { tabs } of layoutChangedNotification.listSessionsResponse.windows) {
        for (const { tabId } of tabs) seen.add(`listed ${tabId}`)
      }
    })
    await watcher.subscribe(NotificationType.NOTIFY_ON_FOCUS_CHANGE, ({ focusChangedNotification }) => {
      if (focusChangedNotification.selectedTab !== '')
        seen.add(`selected ${focusChangedNotification.selectedTab}`)
    })
    const { window } = await app.create()
    const { tab } = await app.create({ windowId: window.id })
    await seen.first((item) => item === `selected ${tab.id}`)
    expect(seen.items.indexOf(`listed ${tab.id}`)).toBeGreaterThanOrEqual(0)
    expect(seen.items.indexOf(`listed ${tab.id}`)).toBeLessThan(seen.items.indexOf(`selected ${tab.id}`))
  })
})

describe('tabs', () => {
  it('are reordered, also from one window into another, and an emptied window closes', async () => {
    const app = await connectApp()
    const a = await app.create()
    const b = await app.create({ windowId: a.window.id })
    const c = await app.create()
    const assignments = [{ windowId: a.window.id, tabIds: [c.tab.id, b.tab.id] }]
    expect((await app.client.call('reorderTabs', { assignments })).status).toBe(0)
    await app.refresh()
    const tabs = app.windows.find(({ id }) => id === a.window.id)?.tabs.map(({ id }) => id)
    expect(tabs).toEqual([c.tab.id, b.tab.id, a.tab.id])
    expect(app.windows.some(({ id }) => id === c.window.id)).toBe(false)
  })
})
