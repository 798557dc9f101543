import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { beforeEach, describe, expect, it } from 'vitest'
import { listPanes } from '../../../src/host/layout/pane-tree.ts'
import {
  SavedArrangementRequestAction as Action,
  SavedArrangementResponseStatus as ArrangementStatus,
  SetBroadcastDomainsResponseStatus as BroadcastStatus,
  LineContentsContinuation as Continuation,
  type SavedArrangementRequest,
  type Selection,
  SelectionMode,
  SelectionResponseStatus,
} from '../../../src/messages/iterm2.ts'
import { type MemoryHost, type MemorySession, startMemoryHost } from '../memory-host.ts'

let host: MemoryHost
let session: MemorySession

beforeEach(async () => {
  host = startMemoryHost()
  session = await host.open()
})

describe('broadcast domains', () => {
  const set = async (...domains: string[][]) => {
    const broadcastDomains = domains.map((sessionIds) => ({ sessionIds }))
    return (await host.handlers.setBroadcastDomains({ broadcastDomains }, host.connection)).status
  }
  const split = () =>
    host.open({ kind: 'split', target: session.id, vertical: true, before: false, select: true })

  it('say who receives what is typed, and tell only of changes', async () => {
    const other = await split()
    const told: unknown[] = []
    host.scripting.broadcast.on('change', (domains) => told.push(domains))
    expect(await set([], [session.id, other.id])).toBe(BroadcastStatus.OK)
    expect(await set([session.id, other.id])).toBe(BroadcastStatus.OK)
    const { broadcastDomains } = await host.handlers.getBroadcastDomains({}, host.connection)
    expect(broadcastDomains).toEqual([{ sessionIds: [session.id, other.id] }])
    expect(told).toEqual([broadcastDomains])
    expect(host.scripting.broadcast.receiversOf(other.id)).toEqual([session.id, other.id])
    host.host.closeSession(other.id)
    expect(host.scripting.broadcast.receiversOf(session.id)).toEqual([session.id])
    expect(told).toHaveLength(2)
  })

  it('are disjoint groups of known sessions of one window', async () => {
    const other = await split()
    const elsewhere = await host.open()
    expect(await set([session.id, 'X'])).toBe(BroadcastStatus.SESSION_NOT_FOUND)
    expect(await set([session.id], [session.id])).toBe(BroadcastStatus.BROADCAST_DOMAINS_NOT_DISJOINT)
    expect(await set([session.id, elsewhere.id])).toBe(BroadcastStatus.SESSIONS_NOT_IN_SAME_WINDOW)
    expect(await set([session.id, other.id], [elsewhere.id])).toBe(BroadcastStatus.OK)
  })
})

describe('a selection', () => {
  const range = (
    startX: number,
    startY: number,
    endX: number,
    endY: number,
    mode: SelectionMode = 0,
  ): Selection => ({
    subSelections: [
      {
        windowedCoordRange: { coordRange: { start: { x: startX, y: startY }, end: { x: endX, y: endY } } },
        selectionMode: mode,
      },
    ],
  })
  const set = (selection: Selection | undefined, sessionId = session.id) =>
    host.handlers.selection(
      { setSelectionRequest: { sessionId, ...(selection && { selection }) } },
      host.connection,
    )
  const get = async () => {
    const response = await host.handlers.selection(
      { getSelectionRequest: { sessionId: 'active' } },
      host.connection,
    )
    return response.getSelectionResponse?.selection
  }

  it('is empty, then what was set, with its text as a variable', async () => {
    expect(await get()).toEqual({ subSelections: [] })
    session.lines = [
      { text: 'one\0two', continuation: Continuation.CONTINUATION_SOFT_EOL },
      { text: 'three', continuation: Continuation.CONTINUATION_HARD_EOL },
      { text: 'four', continuation: Continuation.CONTINUATION_HARD_EOL },
    ]
    expect((await set(range(0, 0, 4, 2))).status).toBe(SelectionResponseStatus.OK)
    expect(await get()).toEqual(range(0, 0, 4, 2))
    const { values } = await host.handlers.variable(
      { sessionId: session.id, get: ['selection', 'selectionLength'] },
      host.connection,
    )
    expect(values).toEqual(['"one twothree\\nfour"', '17'])
    await set({ subSelections: [] })
    expect(await get()).toEqual({ subSelections: [] })
  })

  it('is refused when it is not within the columns of a known session', async () => {
    const malformed = { status: SelectionResponseStatus.REQUEST_MALFORMED }
    expect(await set(range(0, 0, 81, 1))).toEqual(malformed)
    expect(await set(range(-1, 0, 5, 1))).toEqual(malformed)
    expect(await set(range(5, 1, 0, 1, SelectionMode.LINE))).toEqual(malformed)
    expect(await set(range(0, -1, 0, 1))).toEqual(malformed)
    expect(await set({ subSelections: [{}] })).toEqual(malformed)
    expect(await set(undefined)).toEqual(malformed)
    expect(await set(range(0, 0, 1, 0), 'X')).toEqual(malformed)
    expect(await host.handlers.selection({}, host.connection)).toEqual(malformed)
    expect((await set(range(0, 0, 80, 0))).status).toBe(SelectionResponseStatus.OK)
  })
})

describe('an arrangement', () => {
  const ask = (request: SavedArrangementRequest) => host.handlers.savedArrangement(request, host.connection)
  const directory = realpathSync(tmpdir())

  async function arrange() {
    const beside = await host.open({
      kind: 'split',
      target: session.id,
      vertical: true,
      before: false,
      select: true,
    })
    await host.open({ kind: 'split', target: beside.id, vertical: false, before: true, select: true })
    await host.open(
      { kind: 'tab', windowId: host.windowOf(session.id), select: true },
      { 'Badge Text': 'mine' },
    )
    session.set('path', directory)
    host.host.layout.resizeSession(session.id, { columns: 50, rows: 30 })
    const invocation = 'iterm2.set_name(name: "worker")'
    await host.handlers.invokeFunction({ method: { receiver: session.id }, invocation }, host.connection)
  }

  const trees = () =>
    host.host.layout.windows.map(({ tabs }) =>
      tabs.map(({ root }) =>
        JSON.parse(JSON.stringify(root, (key, value) => (key === 'session' ? undefined : value))),
      ),
    )

  it('brings panes back with their sizes, directories, names and profiles, also after a restart', async () => {
    await arrange()
    const saved = trees()
    expect(await ask({ action: Action.SAVE, name: 'day' })).toEqual({ status: ArrangementStatus.OK })
    host = startMemoryHost(host.directory)
    expect(await ask({ action: Action.LIST })).toEqual({ status: ArrangementStatus.OK, names: ['day'] })
    expect(await ask({ name: 'day' })).toEqual({ status: ArrangementStatus.OK })
    expect(trees()).toEqual(saved)
    const [first, second] = host.host.layout.windows[0]?.tabs ?? []
    const [left] = first ? listPanes(first.root) : []
    const [alone] = second ? listPanes(second.root) : []
    expect(host.scripting.titleOf(left?.session ?? '')).toBe('worker')
    expect(host.host.find(left?.session ?? '')).toMatchObject({ columns: 50, spec: { cwd: directory } })
    expect(host.sessionProfiles.of(alone?.session ?? '')).toMatchObject({ 'Badge Text': 'mine' })
  })

  it('of one window comes back as tabs of another', async () => {
    await arrange()
    const elsewhere = await host.open()
    const windowId = host.windowOf(elsewhere.id)
    await ask({ action: Action.SAVE, name: 'one', windowId: host.windowOf(session.id) })
    expect(await ask({ action: Action.RESTORE, name: 'one', windowId })).toEqual({
      status: ArrangementStatus.OK,
    })
    expect(host.host.layout.windows.map(({ tabs }) => tabs.length)).toEqual([2, 3])
    expect(host.host.sessions).toHaveLength(9)
  })

  it('is refused without a name, a window, or when there is none', async () => {
    expect(await ask({ action: Action.SAVE })).toEqual({ status: ArrangementStatus.REQUEST_MALFORMED })
    expect(await ask({})).toEqual({ status: ArrangementStatus.REQUEST_MALFORMED })
    expect(await ask({ name: 'toString' })).toEqual({ status: ArrangementStatus.ARRANGEMENT_NOT_FOUND })
    expect(await ask({ action: Action.SAVE, name: 'x', windowId: 'X' })).toEqual({
      status: ArrangementStatus.WINDOW_NOT_FOUND,
    })
    await ask({ action: Action.SAVE, name: 'x' })
    expect(await ask({ name: 'x', windowId: 'X' })).toEqual({ status: ArrangementStatus.WINDOW_NOT_FOUND })
  })
})
