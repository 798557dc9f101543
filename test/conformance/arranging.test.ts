import { describe, expect, it } from 'vitest'
import { SavedArrangementRequestAction, type SplitTreeNode } from '../../src/messages/iterm2.ts'
import { shellProgram } from './programs.ts'
import { useHost } from './use-host.ts'

const { connectApp } = useHost()
const command = shellProgram('exec cat')

describe('a tab', () => {
  it('takes the sizes of a layout with its own shape', async () => {
    const app = await connectApp()
    const left = await app.create({ command })
    const right = await app.split(left.session.id, { command })
    const leaf = (id: string, width: number) => ({
      session: { uniqueIdentifier: id, gridSize: { width, height: 20 } },
    })
    const root: SplitTreeNode = {
      vertical: true,
      links: [leaf(left.session.id, 50), leaf(right.session.id, 25)],
    }
    expect((await app.client.call('setTabLayout', { tabId: left.tab.id, root })).status).toBe(0)
    await app.refresh()
    expect(app.session(left.session.id)).toMatchObject({ columns: 50, rows: 20 })
    expect(app.session(right.session.id)).toMatchObject({ columns: 25, rows: 20 })
  })

  it('is split as long as there is room, then CANNOT_SPLIT, and nothing is lost', async () => {
    const app = await connectApp()
    const { session } = await app.create({ command })
    let status = 0
    let panes = 1
    while (status === 0) {
      const reply = await app.client.call('splitPane', { session: session.id, splitDirection: 0 })
      status = reply.status
      if (status === 0) panes += 1
    }
    expect(status).toBe(3)
    await app.refresh()
    expect(app.tabOf(session.id)?.sessions).toHaveLength(panes)
  })
})

describe('apply_layout', () => {
  it('builds the tree that it is given, with sessions that are there and new ones', async () => {
    const app = await connectApp()
    const first = await app.create({ command })
    const second = await app.split(first.session.id, { command })
    const root = {
      vertical: false,
      children: [
        { session_id: second.session.id },
        { vertical: true, children: [{ session_id: first.session.id }, { new_session: { command } }] },
      ],
    }
    const spec = {
      tabs: [{ tab_id: first.tab.id, root }],
      close_sessions: [],
      close_tabs: [],
      close_windows: [],
    }
    const encoded = Buffer.from(JSON.stringify(spec)).toString('base64')
    expect(await app.client.invoke(`iterm2.apply_layout(spec_json_b64: "${encoded}")`)).toBeNull()
    await app.refresh()
    const tree = app.tabOf(first.session.id)?.root
    expect(tree?.vertical).toBe(false)
    expect(tree?.links[0]?.session.uniqueIdentifier).toBe(second.session.id)
    expect(tree?.links[1]?.node.vertical).toBe(true)
    expect(tree?.links[1]?.node.links).toHaveLength(2)
  })
})

describe('arrangements', () => {
  it('are saved, listed and restored', async () => {
    const app = await connectApp()
    const left = await app.create({ command })
    await app.split(left.session.id, { command })
    const { SAVE, LIST, RESTORE } = SavedArrangementRequestAction
    const ask = (request: object) => app.client.call('savedArrangement', request)
    expect((await ask({ action: SAVE, name: 'two panes', windowId: left.window.id })).status).toBe(0)
    expect((await ask({ action: LIST })).names).toEqual(['two panes'])
    const before = app.windows.map(({ id }) => id)
    expect((await ask({ action: RESTORE, name: 'two panes' })).status).toBe(0)
    await app.refresh()
    const restored = app.windows.filter(({ id }) => !before.includes(id))
    expect(restored.map(({ tabs }) => tabs.map(({ sessions }) => sessions.length))).toEqual([[2]])
    expect((await ask({ action: RESTORE, name: 'unknown' })).status).toBe(1)
  })
})
