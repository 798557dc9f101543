/** Tells clients of variables that changed. Nothing is polled; what may have changed is read again. */
import { type NotificationRequest, NotificationResponseStatus, VariableScope } from '../../messages/iterm2.ts'
import type { HostConnection } from '../handler.ts'
import type { Layout } from '../layout/layout.ts'
import type { SessionProfiles } from '../profiles/session-profiles.ts'
import type { HostSession } from '../session-types.ts'
import { encodeJson } from './json-values.ts'
import { sessionToWatch } from './process-variables.ts'
import { appScope, type Scope, staysInScope, variableName } from './scope.ts'
import { keyOf, type VariableStore } from './variable-store.ts'

export interface VariableMonitorDeps {
  layout: Layout
  findSession(id: string): HostSession | undefined
  sessionProfiles: SessionProfiles
}

/** One object that a monitor watches. */
interface Target {
  scope: Scope
  /** As it was when last told. */
  json: string
  watched: string | undefined
  unwatch: (() => void) | undefined
}

interface Monitor {
  path: string
  /** The last part of the path. */
  leaf: string
  kind: Scope['kind']
  /** Every session or window, those to come included. */
  all: boolean
  targets: Map<string, Target>
  report(scope: Scope, json: string): void
}

const kinds = new Map<VariableScope | undefined, Scope['kind']>([
  [VariableScope.SESSION, 'session'],
  [VariableScope.TAB, 'tab'],
  [VariableScope.WINDOW, 'window'],
  [VariableScope.APP, 'app'],
])

/** Variables that are made of others, and may change with any of them. */
const derived = ['name', 'autoName', 'autoNameFormat', 'presentationName', 'badge', 'title', 'titleOverride']

/** Stands for every variable. */
const everything = '*'

/** Variables of a session that change with the place of its pane, or may be made of ones that do. */
const ofThePlace: ReadonlySet<string> = new Set([...derived, 'termid', everything])

const appKey = keyOf(appScope)

export class VariableMonitors {
  readonly #store: VariableStore
  readonly #deps: VariableMonitorDeps
  readonly #monitors = new Set<Monitor>()
  /** Those of them whose value may change with the layout. */
  readonly #placed = new Set<Monitor>()
  /**
   * By the scope that they watch. With a thousand sessions and a dozen monitors for each, a look at all of
   * them for every change in one would be most of what the host does.
   */
  readonly #byScope = new Map<string, Map<Monitor, Target>>()
  readonly #subscriptions = new WeakMap<HostConnection, Map<string, () => void>>()
  /** Names touched since the last pass, by scope. */
  #touched = new Map<string, Set<string>>()
  #allChanged = false
  #placesChanged = false
  #pass: NodeJS.Immediate | undefined

  constructor(store: VariableStore, deps: VariableMonitorDeps) {
    this.#store = store
    this.#deps = deps
    store.on('touch', (scope, name) => this.touch(scope, name))
    deps.layout.on('change', () => this.refreshPlaces())
  }

  /** Subscribes a connection, or ends its subscription. The whole request identifies it. */
  subscribe(request: NotificationRequest, connection: HostConnection): NotificationResponseStatus {
    const status = NotificationResponseStatus
    const { name = '', scope, identifier = '' } = request.variableMonitorRequest ?? {}
    const kind = kinds.get(scope)
    if (request.subscribe === undefined || name === '' || !kind) return status.REQUEST_MALFORMED
    const key = JSON.stringify([name, scope, identifier])
    const held = this.#subscriptionsOf(connection)
    if (!request.subscribe) {
      const end = held.get(key)
      end?.()
      return end ? status.OK : status.NOT_SUBSCRIBED
    }
    if (held.has(key)) return status.ALREADY_SUBSCRIBED
    const all = identifier === 'all'
    if (all && kind !== 'session' && kind !== 'window') return status.INVALID_IDENTIFIER
    if (!all && !this.#store.exists({ kind, id: identifier })) return status.INVALID_IDENTIFIER
    const end = this.#add({ kind, id: identifier }, name, all, (target, jsonNewValue) => {
      const concrete = all ? target.id : identifier
      connection.notify({ variableChangedNotification: { scope, identifier: concrete, name, jsonNewValue } })
    })
    held.set(key, () => {
      held.delete(key)
      end()
    })
    return status.OK
  }

  /** Calls `listener` when the variable has another value. Call the result to stop. */
  watch(scope: Scope, path: string, listener: () => void): () => void {
    return this.#add(scope, path, false, listener)
  }

  /** The variable, or with `*` any of the scope, may have changed. */
  touch(scope: Scope, name = everything): void {
    const key = keyOf(scope)
    const names = this.#touched.get(key) ?? new Set<string>()
    this.#touched.set(key, names.add(name))
    this.#schedule()
  }

  /** What no single scope owns may have changed. */
  refresh(): void {
    this.#allChanged = true
    this.#schedule()
  }

  /** Sessions, tabs or windows came, went or moved. */
  refreshPlaces(): void {
    this.#placesChanged = true
    this.#schedule()
  }

  #add(scope: Scope, path: string, all: boolean, report: Monitor['report']): () => void {
    const leaf = variableName(path)
    const monitor: Monitor = { path, leaf, kind: scope.kind, all, targets: new Map(), report }
    for (const target of all ? this.#everyScope(scope.kind) : [scope]) this.#addTarget(monitor, target)
    this.#monitors.add(monitor)
    if (leavesItsScope(monitor) || ofThePlace.has(leaf)) this.#placed.add(monitor)
    return () => {
      for (const key of monitor.targets.keys()) this.#removeTarget(monitor, key)
      this.#monitors.delete(monitor)
      this.#placed.delete(monitor)
    }
  }

  #addTarget(monitor: Monitor, scope: Scope): void {
    const target: Target = { scope, json: '', watched: undefined, unwatch: undefined }
    this.#watchProcess(monitor, target)
    target.json = encodeJson(this.#store.get(scope, monitor.path))
    const key = keyOf(scope)
    monitor.targets.set(key, target)
    const same = this.#byScope.get(key) ?? new Map<Monitor, Target>()
    this.#byScope.set(key, same.set(monitor, target))
  }

  #removeTarget(monitor: Monitor, key: string): void {
    monitor.targets.get(key)?.unwatch?.()
    monitor.targets.delete(key)
    const same = this.#byScope.get(key)
    same?.delete(monitor)
    if (same?.size === 0) this.#byScope.delete(key)
  }

  #schedule(): void {
    this.#pass ??= setImmediate(() => this.#run())
  }

  #run(): void {
    const touched = this.#touched
    const [allChanged, placesChanged] = [this.#allChanged, this.#placesChanged]
    this.#pass = undefined
    this.#touched = new Map()
    this.#allChanged = false
    this.#placesChanged = false
    if (allChanged || placesChanged) this.#followScopes()
    if (allChanged) {
      for (const monitor of this.#monitors) this.#checkAll(monitor)
      return
    }
    if (placesChanged) {
      for (const monitor of this.#placed) this.#checkAll(monitor)
    }
    for (const [key, names] of touched) this.#checkTouched(key, names)
  }

  #checkTouched(key: string, names: ReadonlySet<string>): void {
    const leaves = names.has(everything) ? undefined : new Set([...names, ...derived])
    const concerned = ({ leaf }: Monitor) => leaves?.has(leaf) !== false
    for (const [monitor, target] of this.#byScope.get(key) ?? []) {
      if (concerned(monitor)) this.#check(monitor, target)
    }
    // What another scope shows of this one: a tab the name of its session, a path through scopes.
    const others = key === appKey ? this.#monitors : this.#placed
    for (const monitor of others) {
      if (monitor.targets.has(key) || !concerned(monitor)) continue
      if (key === appKey || leavesItsScope(monitor)) this.#checkAll(monitor)
    }
  }

  /** Brings the targets of the monitors in line with the objects that there are now. */
  #followScopes(): void {
    for (const [key, monitors] of this.#byScope) {
      const [first] = monitors.values()
      if (first && this.#store.exists(first.scope)) continue
      for (const monitor of monitors.keys()) this.#removeTarget(monitor, key)
    }
    for (const monitor of this.#monitors) {
      if (!monitor.all) continue
      for (const scope of this.#everyScope(monitor.kind)) {
        if (!monitor.targets.has(keyOf(scope))) this.#addTarget(monitor, scope)
      }
    }
  }

  #checkAll(monitor: Monitor): void {
    for (const target of monitor.targets.values()) this.#check(monitor, target)
  }

  #check(monitor: Monitor, target: Target): void {
    // A title may have been given, or a profile changed, that needs the process table.
    this.#watchProcess(monitor, target)
    const json = encodeJson(this.#store.get(target.scope, monitor.path))
    if (json === target.json) return
    target.json = json
    monitor.report(target.scope, json)
  }

  #watchProcess(monitor: Monitor, target: Target): void {
    const session = sessionToWatch(target.scope, monitor.path, { ...this.#deps, store: this.#store })
    if (session === target.watched) return
    target.unwatch?.()
    target.watched = session
    target.unwatch = session === undefined ? undefined : this.#deps.findSession(session)?.watchProcess()
  }

  #everyScope(kind: Scope['kind']): Scope[] {
    const { layout } = this.#deps
    const ids =
      kind === 'window'
        ? layout.windows.map(({ id }) => id)
        : [...layout.shownSessions, ...layout.buriedSessions]
    return ids.map((id) => ({ kind, id }))
  }

  #subscriptionsOf(connection: HostConnection): Map<string, () => void> {
    const known = this.#subscriptions.get(connection)
    if (known) return known
    const held = new Map<string, () => void>()
    this.#subscriptions.set(connection, held)
    connection.onClose(() => {
      for (const end of held.values()) end()
    })
    return held
  }
}

/** Whether it shows of its scope what belongs to another, as a tab does with the name of its session. */
function leavesItsScope({ kind, path }: Monitor): boolean {
  return kind !== 'session' || !staysInScope(path)
}
