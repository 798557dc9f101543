/** The variables that the host itself provides (docs/host-scripting.md lists them). */
import { hostname } from 'node:os'
import type { BroadcastDomains } from '../documents/broadcast-domains.ts'
import type { Selections } from '../documents/selections.ts'
import type { Layout } from '../layout/layout.ts'
import { listPanes } from '../layout/pane-tree.ts'
import { windowFrame } from '../layout/window.ts'
import type { SessionProfiles } from '../profiles/session-profiles.ts'
import { textOf } from '../scripting/evaluate-expression.ts'
import type { HostSession, VariableValue } from '../session-types.ts'
import type { Scope } from './scope.ts'
import { composeTitle, interpolate } from './session-names.ts'

export interface BuiltInSources {
  layout: Layout
  findSession(id: string): HostSession | undefined
  sessionProfiles: SessionProfiles
  selections: Selections
  broadcast: BroadcastDomains
  /** The name or title that a script gave. */
  givenName(scope: Scope): string | undefined
  /** What the title function of its profile said last (a registered function of a script). */
  customTitle(id: string): string | undefined
  lookup(scope: Scope, path: string): VariableValue
}

type Reader = (id: string, sources: BuiltInSources) => VariableValue | undefined

/** The value of a built-in variable; undefined when there is none. */
export function readBuiltIn(scope: Scope, name: string, sources: BuiltInSources): VariableValue | undefined {
  const reader = Object.hasOwn(readers[scope.kind], name) ? readers[scope.kind][name] : undefined
  if (reader) return reader(scope.id, sources)
  return scope.kind === 'session' ? sources.findSession(scope.id)?.variable(name) : undefined
}

export function builtInNames(scope: Scope, sources: BuiltInSources): string[] {
  const own = Object.keys(readers[scope.kind])
  if (scope.kind !== 'session') return own
  return [...own, ...Object.keys(sources.findSession(scope.id)?.variables() ?? {})]
}

const app: Record<string, Reader> = {
  pid: () => process.pid,
  localhostName: () => hostname(),
  // There is no window to be light or dark; agents that ask get what most terminals are.
  effectiveTheme: () => 'dark',
}

const window: Record<string, Reader> = {
  id: (id) => id,
  number: (id, { layout }) => {
    const number = layout.findWindow(id)?.number
    return number === undefined ? undefined : number + 1
  },
  frame: (id, { layout }) => {
    const found = layout.findWindow(id)
    if (!found) return undefined
    const { origin, size } = windowFrame(found)
    return [origin.x, origin.y, size.width, size.height]
  },
  style: (id, { layout }) => (layout.findWindow(id)?.fullscreen ? 'native full screen' : 'normal'),
  isHotkeyWindow: () => false,
  title: (id, sources) =>
    ownTitle({ kind: 'window', id }, sources) ?? sources.lookup({ kind: 'window', id }, 'currentTab.title'),
  titleOverride: (id, sources) => ownTitle({ kind: 'window', id }, sources),
  titleOverrideFormat: (id, { givenName }) => givenName({ kind: 'window', id }),
}

const tab: Record<string, Reader> = {
  id: (id) => id,
  title: (id, sources) =>
    ownTitle({ kind: 'tab', id }, sources) ??
    sources.lookup({ kind: 'tab', id }, 'currentSession.presentationName'),
  titleOverride: (id, sources) => ownTitle({ kind: 'tab', id }, sources),
  titleOverrideFormat: (id, { givenName }) => givenName({ kind: 'tab', id }),
  tmuxWindow: () => -1,
}

const session: Record<string, Reader> = {
  id: (id) => id,
  name: (id, { givenName, lookup }) =>
    givenName({ kind: 'session', id }) ?? lookup({ kind: 'session', id }, 'autoName'),
  autoName: (id, sources) => {
    const profile = sources.sessionProfiles.of(id)
    const found = sources.findSession(id)
    const said = profile['Allow Title Setting'] === false ? null : programTitle(found)
    return said ?? textOf(profile['Name'] ?? null)
  },
  autoNameFormat: (id, { givenName, lookup }) =>
    givenName({ kind: 'session', id }) ?? lookup({ kind: 'session', id }, 'autoName'),
  presentationName: (id, { sessionProfiles, customTitle, lookup }) => {
    const read = (path: string) => lookup({ kind: 'session', id }, path)
    return composeTitle(sessionProfiles.of(id), customTitle(id), read)
  },
  profileName: (id, { sessionProfiles }) => sessionProfiles.of(id)['Name'],
  badge: (id, { sessionProfiles, lookup }) => {
    const text = textOf(sessionProfiles.of(id)['Badge Text'] ?? null)
    return interpolate(text, (path) => lookup({ kind: 'session', id }, path))
  },
  columns: (id, { findSession }) => findSession(id)?.columns,
  rows: (id, { findSession }) => findSession(id)?.rows,
  termid: (id, { layout }) => {
    const place = layout.locate(id)
    if (!place) return undefined
    const tabIndex = place.window.tabs.indexOf(place.tab)
    const paneIndex = listPanes(place.tab.root).findIndex((pane) => pane.session === id)
    return `w${place.window.number}t${tabIndex}p${paneIndex}.${id}`
  },
  isBroadcastSource: (id, { broadcast }) => broadcast.isBroadcast(id),
  selection: (id, { selections }) => selections.textOf(id),
  selectionLength: (id, { selections }) => selections.textOf(id).length,
}

const readers: Record<Scope['kind'], Record<string, Reader>> = { app, window, tab, session }

/** The title that a script gave to a tab or window; it may have `\(…)` in it. */
function ownTitle(scope: Scope, { givenName, lookup }: BuiltInSources): string | undefined {
  const format = givenName(scope)
  return format === undefined ? undefined : interpolate(format, (path) => lookup(scope, path))
}

/** What the program calls itself: OSC 0 and 1 set the icon name, OSC 0 and 2 the window's. */
function programTitle(found: HostSession | undefined): string | undefined {
  const names = [found?.variable('terminalIconName'), found?.variable('terminalWindowName')]
  return names.find((name): name is string => typeof name === 'string' && name !== '')
}
