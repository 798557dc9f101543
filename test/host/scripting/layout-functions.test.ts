import { beforeEach, describe, expect, it } from 'vitest'
import { listPanes, type PaneNode } from '../../../src/host/layout/pane-tree.ts'
import {
  type InvokeFunctionRequest,
  InvokeFunctionResponseStatus as InvokeStatus,
} from '../../../src/messages/iterm2.ts'
import { type MemoryHost, type MemorySession, startMemoryHost } from '../memory-host.ts'

let host: MemoryHost
let a: MemorySession
let b: MemorySession
let c: MemorySession

// One tab with three panes: a on the left, b above c on the right. The focus is on c.
beforeEach(async () => {
  host = startMemoryHost()
  a = await host.open()
  b = await host.open({ kind: 'split', target: a.id, vertical: true, before: false, select: true })
  c = await host.open({ kind: 'split', target: b.id, vertical: false, before: false, select: true })
})

async function invoke(invocation: string, context: InvokeFunctionRequest = { app: {} }) {
  const { success, error } = await host.handlers.invokeFunction({ ...context, invocation }, host.connection)
  return success ? JSON.parse(success.jsonResult ?? '') : error
}

const failed = (reason: string) => ({
  status: InvokeStatus.FAILED,
  errorReason: expect.stringContaining(reason),
})
const shape = (node: PaneNode): unknown =>
  node.kind === 'pane' ? nameOf(node.session) : [node.vertical ? '|' : '-', ...node.children.map(shape)]
const nameOf = (id: string) => [a, b, c].findIndex((session) => session.id === id) + 1 || 'new'
const shapes = () => host.host.layout.windows.map(({ tabs }) => tabs.map(({ root }) => shape(root)))

describe('the focus', () => {
  it('goes to the pane in a direction', async () => {
    const tab: InvokeFunctionRequest = { method: { receiver: host.tabOf(a.id) } }
    const go = (direction: string) =>
      invoke(`iterm2.select_pane_in_direction(direction: "${direction}")`, tab)
    expect(await go('above')).toBe(b.id)
    expect(await go('above')).toBe(null)
    expect(await go('left')).toBe(a.id)
    expect(await go('left')).toBe(null)
    // Both borders are on its right; b shares the longer edge.
    expect(await go('right')).toBe(b.id)
    expect(await go('below')).toBe(c.id)
    expect(await go('up')).toEqual(failed('no direction up'))
    expect(host.host.layout.activeSession).toBe(c.id)
  })

  it('is given to a session with its tab and window', async () => {
    await host.open()
    expect(await invoke('iterm2.focus()', { method: { receiver: a.id } })).toBe(null)
    expect(host.host.layout.activeSession).toBe(a.id)
    expect(await invoke('iterm2.focus()')).toEqual(failed('belongs to'))
  })
})

describe('a session', () => {
  it('moves beside another', async () => {
    const move = (session: string, destination: string, vertical: boolean, before: boolean) =>
      invoke(
        `iterm2.move_session(session: "${session}", destination: "${destination}", vertical: ${vertical}, before: ${before})`,
      )
    expect(await move(a.id, c.id, true, false)).toBe(null)
    expect(shapes()).toEqual([[['-', 2, ['|', 3, 1]]]])
    expect(await move(a.id, a.id, true, false)).toEqual(failed('beside itself'))
    expect(await move('X', a.id, true, false)).toEqual(failed('no session X'))
    const other = await host.open()
    expect(await move(other.id, b.id, false, true)).toBe(null)
    expect(shapes()).toEqual([[['-', 'new', 2, ['|', 3, 1]]]])
  })

  it('moves to a tab or window of its own', async () => {
    const tab = await invoke(
      `iterm2.move_session_to_new_tab(session: "${b.id}", window_id: null, tab_index: 0)`,
    )
    expect(tab).toBe(host.tabOf(b.id))
    expect(shapes()).toEqual([[2, ['|', 1, 3]]])
    const window = await invoke(`iterm2.move_session_to_new_window(session: "${c.id}")`)
    expect(window).toBe(host.windowOf(c.id))
    expect(shapes()).toEqual([[2, 1], [3]])
    await invoke(`iterm2.move_session_to_new_tab(session: "${a.id}", window_id: "${window}")`)
    expect(shapes()).toEqual([[2], [3, 1]])
    expect(await invoke(`iterm2.move_session_to_new_tab(session: "${a.id}", window_id: "X")`)).toEqual(
      failed('X'),
    )
    const moved = await invoke('iterm2.move_tab_to_window()', { tab: { tabId: host.tabOf(a.id) } })
    expect(moved).toBe(host.windowOf(a.id))
    expect(shapes()).toEqual([[2], [3], [1]])
  })
})

describe('apply_layout', () => {
  const apply = (spec: object) =>
    invoke(`iterm2.apply_layout(spec_json_b64: "${Buffer.from(JSON.stringify(spec)).toString('base64')}")`)
  const leaf = (session: MemorySession) => ({ session_id: session.id })

  it('swaps sessions between tabs, keeping the size of each tab', async () => {
    await invoke(`iterm2.move_session_to_new_tab(session: "${b.id}")`)
    const [first, second] = [host.tabOf(a.id), host.tabOf(b.id)]
    const sizes = () => host.host.layout.windows[0]?.tabs.map(({ root }) => listPanes(root).length && root)
    expect(shapes()).toEqual([[['|', 1, 3], 2]])
    const result = await apply({
      tabs: [
        { tab_id: first, root: leaf(b) },
        { tab_id: second, root: { vertical: false, children: [leaf(c), leaf(a)] } },
      ],
    })
    expect(result).toBe(null)
    expect(shapes()).toEqual([[2, ['-', 3, 1]]])
    expect(sizes()).toMatchObject([
      { columns: 80, rows: 25 },
      { children: [{ columns: 80 }, { columns: 80 }] },
    ])
    expect([c.rows + a.rows + 1, c.columns]).toEqual([25, 80])
  })

  it('opens and closes sessions on the way', async () => {
    const result = await apply({
      tabs: [
        {
          tab_id: host.tabOf(a.id),
          root: {
            vertical: true,
            children: [leaf(a), { new_session: { profile: 'Default', command: 'top -d 1' } }],
          },
        },
      ],
      close_sessions: [b.id, c.id],
    })
    expect(result).toBe(null)
    expect(shapes()).toEqual([[['|', 1, 'new']]])
    expect(host.host.find(b.id)).toBeUndefined()
    const opened = host.host.sessions.find(({ id }) => id !== a.id)
    expect(opened).toMatchObject({ spec: { argv: [expect.stringMatching(/top$/), '-d', '1'] } })
  })

  it('changes nothing when it is not sound', async () => {
    const tab_id = host.tabOf(a.id)
    const all = { vertical: true, children: [leaf(a), leaf(b), leaf(c)] }
    const wrong: Array<[object, string]> = [
      [{ tabs: [{ tab_id: 'X', root: all }] }, 'no tab X'],
      [{ tabs: [{ tab_id, root: leaf(a) }] }, 'would be in no tab'],
      [{ tabs: [{ tab_id, root: all }], close_sessions: [a.id] }, 'named twice'],
      [{ tabs: [{ tab_id, root: { vertical: true, children: [leaf(a), all] } }] }, 'same direction'],
      [{ tabs: [{ tab_id, root: { vertical: true, children: [leaf(a)] } }] }, 'malformed'],
      [{ tabs: [{ tab_id, root: { ...leaf(a), extra: 1 } }] }, 'malformed'],
      [{ close_windows: ['X'] }, 'no window X'],
      [
        { tabs: [{ tab_id, root: { vertical: true, children: [all, { new_session: { profile: 'X' } }] } }] },
        'same direction',
      ],
      [
        {
          tabs: [
            { tab_id, root: { ...all, children: [...all.children, { new_session: { profile: 'X' } }] } },
          ],
        },
        'no profile X',
      ],
    ]
    const before = shapes()
    for (const [spec, reason] of wrong) expect(await apply(spec)).toEqual(failed(reason))
    expect(await invoke('iterm2.apply_layout(spec_json_b64: "e30x")')).toEqual(failed('not JSON'))
    expect(shapes()).toEqual(before)
    expect(host.host.sessions).toHaveLength(3)
  })
})
