import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { Layout } from '../../../src/host/layout/layout.ts'
import { measureTree } from '../../../src/host/layout/pane-size.ts'
import { listPanes } from '../../../src/host/layout/pane-tree.ts'
import { windowFrame } from '../../../src/host/layout/window.ts'
import type { FocusChangedNotification } from '../../../src/messages/iterm2.ts'

const size = { columns: 80, rows: 24 }
let layout: Layout
let focus: FocusChangedNotification[]

beforeEach(() => {
  layout = new Layout()
  focus = []
  layout.on('focus', (event) => focus.push(event))
})

describe('windows and tabs', () => {
  it('have ids that clients know: pty-<UUID>, and numbers that grow', () => {
    const { window, tab } = layout.openWindow('a', size)
    expect(window.id).toMatch(/^pty-[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/)
    const second = layout.openTab(window, 'b')
    layout.detach('b')
    expect(layout.openTab(window, 'c').id).toBeGreaterThan(second.id)
    expect(second.id).toBeGreaterThan(tab.id)
  })

  it('a new tab is as large as the window, and gets the focus', () => {
    const { window } = layout.openWindow('a', { columns: 100, rows: 30 })
    const tab = layout.openTab(window, 'b')
    expect(measureTree(tab.root)).toEqual({ columns: 100, rows: 30 })
    expect(layout.activeSession).toBe('b')
    expect(focus).toContainEqual({ selectedTab: String(tab.id) })
  })

  it('a tab in the background leaves the focus where it is', () => {
    const { window } = layout.openWindow('a', size)
    layout.openTab(window, 'b', false)
    expect(layout.activeSession).toBe('a')
  })

  it('the last pane closes the tab, the last tab the window, and the window before gets the focus', () => {
    const first = layout.openWindow('a', size)
    const second = layout.openWindow('b', size)
    layout.openTab(second.window, 'c')
    layout.detach('c')
    expect(layout.activeSession).toBe('b')
    layout.detach('b')
    expect(layout.windows).toEqual([first.window])
    expect(layout.activeSession).toBe('a')
    layout.detach('a')
    expect(layout.windows).toEqual([])
    expect(focus.at(-1)).toEqual({ window: { windowStatus: 2, windowId: '' } })
  })

  it('a free window number is used again', () => {
    layout.openWindow('a', size)
    layout.openWindow('b', size)
    layout.detach('a')
    expect(layout.openWindow('c', size).window.number).toBe(0)
  })

  it('tabs change places and windows; an emptied window closes', () => {
    const left = layout.openWindow('a', size)
    const right = layout.openWindow('b', size)
    const more = layout.openTab(right.window, 'c')
    // A swap of both windows' tabs empties none of them in the end.
    layout.arrangeTabs([
      { window: left.window, tabs: [more, right.tab] },
      { window: right.window, tabs: [left.tab] },
    ])
    expect(left.window.tabs).toEqual([more, right.tab])
    expect(right.window.tabs).toEqual([left.tab])
    layout.moveTab(left.tab, left.window, 1)
    expect(layout.windows).toEqual([left.window])
    expect(left.window.tabs).toEqual([more, left.tab, right.tab])
  })

  it('frames are the cells in points, and a frame resizes every tab of its window', () => {
    const { window } = layout.openWindow('a', size)
    layout.openTab(window, 'b')
    layout.resizeWindow(window, { width: 100 * 8 + 3, height: 40 * 16 })
    expect(layout.paneOf('a')).toMatchObject({ columns: 100, rows: 40 })
    expect(layout.paneOf('b')).toMatchObject({ columns: 100, rows: 40 })
    expect(windowFrame(window).size).toEqual({ width: 800, height: 640 })
  })
})

describe('panes', () => {
  it('divide the cells of their tab, the divider included', () => {
    const { tab } = layout.openWindow('a', size)
    expect(layout.splitPane('a', 'b', { vertical: true, before: false })).toBe(true)
    expect(layout.paneOf('a')).toMatchObject({ columns: 40, rows: 24 })
    expect(layout.paneOf('b')).toMatchObject({ columns: 39, rows: 24 })
    expect(layout.splitPane('b', 'c', { vertical: false, before: true })).toBe(true)
    expect(listPanes(tab.root).map((pane) => pane.session)).toEqual(['a', 'c', 'b'])
    expect(measureTree(tab.root)).toEqual(size)
    expect(tab.activeSession).toBe('c')
  })

  it('that are too small are not divided', () => {
    layout.openWindow('a', { columns: 4, rows: 24 })
    expect(layout.splitPane('a', 'b', { vertical: true, before: false })).toBe(false)
    expect(layout.splitPane('a', 'b', { vertical: false, before: false })).toBe(true)
  })

  it('of other tabs stay as they are when one is resized', () => {
    const { window } = layout.openWindow('a', size)
    layout.openTab(window, 'b')
    const resized: string[] = []
    layout.on('pane-size', (session) => resized.push(session))
    layout.resizeSession('a', { columns: 120, rows: 40 })
    expect(resized).toEqual(['a'])
    expect(layout.paneOf('b')).toMatchObject(size)
  })

  it('that are buried are nowhere, and come back to their window', () => {
    const { window } = layout.openWindow('a', size)
    layout.openTab(window, 'b')
    expect(layout.bury('b')).toBe(true)
    expect(layout.buriedSessions).toEqual(['b'])
    expect(layout.shownSessions).toEqual(['a'])
    expect(layout.unbury('b')).toBe(true)
    expect(layout.locate('b')?.window).toBe(window)
    expect(layout.buriedSessions).toEqual([])
  })
})

it('whatever is done, every session is shown once or buried, and the focus is on one that is there', () => {
  const action = fc.record({ kind: fc.nat(7), a: fc.nat(), b: fc.nat(), flag: fc.boolean() })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const model = new Set<string>()
      const subject = new Layout()
      let next = 0
      const pick = (from: readonly string[], at: number) => from[at % Math.max(1, from.length)] ?? 'none'
      for (const { kind, a, b, flag } of actions) {
        const session = pick(subject.shownSessions, a)
        const id = `s${next}`
        const window = subject.windows[a % Math.max(1, subject.windows.length)]
        if (kind === 0 || !window) {
          subject.openWindow(id, { columns: 5 + (a % 100), rows: 3 + (b % 50) }, flag)
          model.add(id)
        } else if (kind === 1) {
          subject.openTab(window, id, flag)
          model.add(id)
        } else if (kind === 2) {
          if (subject.splitPane(session, id, { vertical: flag, before: b % 2 === 0 })) model.add(id)
        } else if (kind === 3) {
          subject.detach(session)
          model.delete(session)
        } else if (kind === 4) {
          if (flag) subject.bury(session)
          else subject.unbury(pick(subject.buriedSessions, a))
        } else if (kind === 5) {
          subject.resizeSession(session, { columns: 1 + (b % 300), rows: 1 + (a % 90) })
        } else if (kind === 6) {
          const tabs = subject.windows.flatMap((each) => each.tabs)
          const tab = tabs[b % tabs.length]
          if (tab && flag) subject.moveTab(tab, window, b % 4)
          else if (tab) subject.moveTabToNewWindow(tab)
        } else {
          subject.selectSession(session)
          subject.selectTab(String(subject.locate(session)?.tab.id))
        }
        next += 1
        const there = [...subject.shownSessions, ...subject.buriedSessions]
        expect(there.slice().sort()).toEqual([...model].sort())
        for (const each of subject.windows) {
          expect(each.tabs.map((tab) => tab.id)).toContain(each.selectedTab)
          for (const tab of each.tabs) {
            expect(listPanes(tab.root).map((pane) => pane.session)).toContain(tab.activeSession)
          }
        }
        if (subject.shownSessions.length > 0) expect(subject.shownSessions).toContain(subject.activeSession)
        else expect(subject.activeSession).toBeUndefined()
      }
    }),
  )
})
