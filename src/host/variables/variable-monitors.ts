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

const appKey = keyOf(appScope)

export class VariableMonitors {
  readonly #store: VariableStore
  readonly #deps: VariableMonitorDeps
  /** By the last part of the path. */
  readonly #monitors = new Map<string, Set<Monitor>>()
  readonly #subscriptions = new WeakMap<HostConnection, Map<string, () => void>>()
  /** Names touched since the last pass, by scope. */
  #touched = new Map<string, Set<string>>()
  #layoutChanged = false
  #pass: NodeJS.Immediate | undefined

  constructor(store: VariableStore, deps: VariableMonitorDeps) {
    this.#store = store
    this.#deps = deps
    store.on('touch', (scope, name) => this.touch(scope, name))
    deps.layout.on('change', () => this.refresh())
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

  /** The layout, or what else no single scope owns, may have changed. */
  refresh(): void {
    this.#layoutChanged = true
    this.#schedule()
  }

  #add(scope: Scope, path: string, all: boolean, report: Monitor['report']): () => void {
    const monitor: Monitor = { path, kind: scope.kind, all, targets: new Map(), report }
    for (const target of all ? this.#everyScope(scope.kind) : [scope]) this.#addTarget(monitor, target)
    const leaf = variableName(path)
    const same = this.#monitors.get(leaf) ?? new Set<Monitor>()
    this.#monitors.set(leaf, same.add(monitor))
    return () => {
      for (const target of monitor.targets.values()) target.unwatch?.()
      same.delete(monitor)
      if (same.size === 0 && this.#monitors.get(leaf) === same) this.#monitors.delete(leaf)
    }
  }

  #addTarget(monitor: Monitor, scope: Scope): void {
    const target: Target = { scope, json: '', watched: undefined, unwatch: undefined }
    this.#watchProcess(monitor, target)
    target.json = encodeJson(this.#store.get(scope, monitor.path))
    monitor.targets.set(keyOf(scope), target)
  }

  #schedule(): void {
    this.#pass ??= setImmediate(() => this.#run())
  }

  #run(): void {
    const touched = this.#touched
    const layoutChanged = this.#layoutChanged
    this.#pass = undefined
    this.#touched = new Map()
    this.#layoutChanged = false
    if (layoutChanged) {
      for (const monitor of this.#all()) this.#follow(monitor)
      return
    }
    for (const [key, names] of touched) {
      for (const monitor of this.#concernedBy(names)) {
        const own = monitor.targets.get(key)
        if (own) this.#check(monitor, own)
        // What another scope shows of this one: a tab the name of its session, a path through scopes.
        else if (key === appKey || monitor.kind !== 'session' || !staysInScope(monitor.path)) {
          this.#checkAll(monitor)
        }
      }
    }
  }

  #concernedBy(names: Set<string>): Set<Monitor> {
    if (names.has(everything)) return new Set(this.#all())
    const leaves = new Set([...names, ...derived])
    return new Set([...leaves].flatMap((leaf) => [...(this.#monitors.get(leaf) ?? [])]))
  }

  #all(): Monitor[] {
    return [...this.#monitors.values()].flatMap((monitors) => [...monitors])
  }

  /** Brings the targets of a monitor in line with the objects that there are now. */
  #follow(monitor: Monitor): void {
    for (const [key, target] of monitor.targets) {
      if (this.#store.exists(target.scope)) this.#watchProcess(monitor, target)
      else {
        target.unwatch?.()
        monitor.targets.delete(key)
      }
    }
    this.#checkAll(monitor)
    if (!monitor.all) return
    for (const scope of this.#everyScope(monitor.kind)) {
      if (!monitor.targets.has(keyOf(scope))) this.#addTarget(monitor, scope)
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
