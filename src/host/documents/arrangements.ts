/** Saves the windows of the host under a name, and opens them again. */
import { existsSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from '../../lib/logger.ts'
import {
  SavedArrangementRequestAction as Action,
  type SavedArrangementRequest,
  type SavedArrangementResponse,
  SavedArrangementResponseStatus as Status,
} from '../../messages/iterm2.ts'
import type { RequestHandler } from '../handler.ts'
import type { Host, SessionPlacement } from '../host.ts'
import { fitTree } from '../layout/pane-size.ts'
import type { PaneNode } from '../layout/pane-tree.ts'
import { type HostWindow, windowGrid } from '../layout/window.ts'
import type { Profile } from '../profiles/profile-keys.ts'
import type { ProfileStore } from '../profiles/profile-store.ts'
import type { SessionProfiles } from '../profiles/session-profiles.ts'
import type { VariableStore } from '../variables/variable-store.ts'
import {
  type ArrangedNode,
  type ArrangedPane,
  type ArrangedWindow,
  type Arrangements,
  arrangementsSchema,
} from './arrangement-file.ts'
import { type JsonDocument, openJsonDocument } from './json-document.ts'

export interface ArrangementDeps {
  host: Host
  profiles: ProfileStore
  sessionProfiles: SessionProfiles
  store: VariableStore
}

export function savedArrangementHandler(
  path: string,
  deps: ArrangementDeps,
  log: Logger,
): RequestHandler<'savedArrangement'> {
  const document = openJsonDocument<Arrangements>(path, arrangementsSchema, {}, log)
  return (request) => {
    // RESTORE is the action of a request that names none.
    switch (request.action ?? Action.RESTORE) {
      case Action.LIST:
        return { status: Status.OK, names: Object.keys(document.value) }
      case Action.SAVE:
        return save(request, document, deps)
      case Action.RESTORE:
        return restore(request, document, deps)
      default:
        return { status: Status.REQUEST_MALFORMED }
    }
  }
}

function save(
  { name, windowId }: SavedArrangementRequest,
  document: JsonDocument<Arrangements>,
  deps: ArrangementDeps,
): SavedArrangementResponse {
  if (!name || name === '__proto__') return { status: Status.REQUEST_MALFORMED }
  const { layout } = deps.host
  const window = windowId === undefined ? undefined : layout.findWindow(windowId)
  if (windowId !== undefined && !window) return { status: Status.WINDOW_NOT_FOUND }
  const windows = window ? [window] : layout.windows
  document.save({ ...document.value, [name]: windows.map((one) => describeWindow(one, deps)) })
  return { status: Status.OK }
}

async function restore(
  { name, windowId }: SavedArrangementRequest,
  document: JsonDocument<Arrangements>,
  deps: ArrangementDeps,
): Promise<SavedArrangementResponse> {
  if (!name) return { status: Status.REQUEST_MALFORMED }
  const arrangement = Object.hasOwn(document.value, name) ? document.value[name] : undefined
  if (!arrangement) return { status: Status.ARRANGEMENT_NOT_FOUND }
  const { layout } = deps.host
  if (windowId !== undefined && !layout.findWindow(windowId)) return { status: Status.WINDOW_NOT_FOUND }
  for (const window of arrangement) {
    let target = windowId
    for (const tab of window.tabs) target = await openTab(tab, target, windowId === undefined, deps)
    const opened = layout.findWindow(target ?? '')
    if (opened && windowId === undefined) layout.moveWindow(opened, window.origin)
  }
  return { status: Status.OK }
}

function describeWindow({ origin, tabs }: HostWindow, deps: ArrangementDeps): ArrangedWindow {
  return { origin: { ...origin }, tabs: tabs.map((tab) => describeNode(tab.root, deps)) }
}

function describeNode(node: PaneNode, deps: ArrangementDeps): ArrangedNode {
  if (node.kind === 'split') {
    return { ...node, children: node.children.map((child) => describeNode(child, deps)) }
  }
  const { session, columns, rows } = node
  const { profiles, sessionProfiles, store } = deps
  const guid = sessionProfiles.storedGuid(session) ?? String(profiles.defaultProfile['Guid'])
  const stored = profiles.get(guid) ?? {}
  const own = Object.entries(sessionProfiles.of(session))
  const changes = Object.fromEntries(
    own.filter(([key, value]) => !identity.has(key) && !isDeepStrictEqual(stored[key], value)),
  )
  const cwd = store.get({ kind: 'session', id: session }, 'path')
  const name = store.givenName({ kind: 'session', id: session })
  return {
    kind: 'pane',
    profile: guid,
    changes,
    cwd: typeof cwd === 'string' ? cwd : undefined,
    name,
    columns,
    rows,
  }
}

/** These say which copy of a profile it is; the new session gets its own. */
const identity = new Set(['Guid', 'Original Guid'])

/**
 * Opens a tab, in a new window when none is given, and gives the id of its window. The tab has its saved
 * size, or else the one of the window.
 */
async function openTab(
  root: ArrangedNode,
  windowId: string | undefined,
  keepSize: boolean,
  deps: ArrangementDeps,
): Promise<string | undefined> {
  const { layout } = deps.host
  const sessions = new Map<ArrangedPane, string>()
  let target = windowId
  for (const pane of panesOf(root)) {
    const placement: SessionPlacement =
      target === undefined
        ? { kind: 'window', select: true }
        : { kind: 'tab', windowId: target, select: false }
    const id = await openPane(pane, placement, deps)
    if (id === undefined) return target
    sessions.set(pane, id)
    target = layout.locate(id)?.window.id ?? target
  }
  // Each pane came as a tab of its own, where there is always room; now they move into the first one's.
  const [first, ...others] = sessions.values()
  const place = layout.locate(first ?? '')
  const tree = treeOf(root, sessions)
  if (!place || !others.every((session) => layout.locate(session))) return target
  for (const session of others) layout.detach(session)
  layout.replaceTree(place.tab, keepSize ? tree : fitTree(tree, windowGrid(place.window)))
  layout.selectTab(String(place.tab.id))
  return target
}

async function openPane(
  pane: ArrangedPane,
  placement: SessionPlacement,
  { host, profiles, store }: ArrangementDeps,
): Promise<string | undefined> {
  const profile = profiles.get(pane.profile) ? pane.profile : String(profiles.defaultProfile['Guid'])
  const directory: Profile =
    pane.cwd !== undefined && existsSync(pane.cwd)
      ? { 'Custom Directory': 'Yes', 'Working Directory': pane.cwd }
      : {}
  const session = await host.openSession({ profile, changes: { ...pane.changes, ...directory }, placement })
  if (session && pane.name !== undefined) store.setName({ kind: 'session', id: session.id }, pane.name)
  return session?.id
}

function panesOf(node: ArrangedNode): ArrangedPane[] {
  return node.kind === 'pane' ? [node] : node.children.flatMap(panesOf)
}

function treeOf(node: ArrangedNode, sessions: ReadonlyMap<ArrangedPane, string>): PaneNode {
  if (node.kind === 'split') {
    return { ...node, children: node.children.map((child) => treeOf(child, sessions)) }
  }
  return { kind: 'pane', session: sessions.get(node) ?? '', columns: node.columns, rows: node.rows }
}
