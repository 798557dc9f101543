/** Reads every variable of the host, and keeps the ones that scripts set. */
import { EventEmitter } from 'eventemitter3'
import type { BroadcastDomains } from '../documents/broadcast-domains.ts'
import type { Selections } from '../documents/selections.ts'
import type { Layout } from '../layout/layout.ts'
import type { SessionProfiles } from '../profiles/session-profiles.ts'
import { textOf } from '../scripting/evaluate-expression.ts'
import type { HostSession, VariableValue } from '../session-types.ts'
import { type BuiltInSources, builtInNames, readBuiltIn } from './built-in-variables.ts'
import { appScope, resolvePath, type Scope } from './scope.ts'

export interface VariableStoreDeps {
  layout: Layout
  findSession(id: string): HostSession | undefined
  sessionProfiles: SessionProfiles
  selections: Selections
  broadcast: BroadcastDomains
}

interface VariableEvents {
  /** The variable may have another value now. */
  touch: [scope: Scope, name: string]
}

/** `user.` and one part without dots. */
const userName = /^user\.[^.]+$/

export class VariableStore extends EventEmitter<VariableEvents> {
  readonly #deps: VariableStoreDeps
  readonly #sources: BuiltInSources
  /** By scope; null hides a value that the session itself has. */
  readonly #userValues = new Map<string, Map<string, VariableValue>>()
  readonly #names = new Map<string, string>()
  readonly #customTitles = new Map<string, string>()
  /** What is being read now: a title may be told to contain itself. */
  readonly #reading = new Set<string>()

  constructor(deps: VariableStoreDeps) {
    super()
    this.#deps = deps
    this.#sources = {
      ...deps,
      givenName: (scope) => this.givenName(scope),
      customTitle: (id) => this.#customTitles.get(id),
      lookup: (scope, path) => this.get(scope, path),
    }
  }

  /** True when there is such an object. */
  exists({ kind, id }: Scope): boolean {
    if (kind === 'app') return true
    if (kind === 'session') return this.#deps.findSession(id) !== undefined
    return (kind === 'tab' ? this.#deps.layout.findTab(id) : this.#deps.layout.findWindow(id)) !== undefined
  }

  /** The value at a path; null when it is unset or denotes an object. */
  get(from: Scope, path: string): VariableValue {
    const found = resolvePath(from, path, this.#deps.layout)
    if (!found || found.name === '') return null
    return this.#read(found.scope, found.name)
  }

  /** All variables of a scope as text, the ones of the application under `iterm2.`; unset ones are left out. */
  all(scope: Scope): Record<string, string> {
    const found: Record<string, string> = {}
    const add = (owner: Scope, prefix: string) => {
      for (const name of this.#namesOf(owner)) {
        const value = this.#read(owner, name)
        if (value !== null) found[prefix + name] = textOf(value)
      }
    }
    add(scope, scope.kind === 'app' ? 'iterm2.' : '')
    if (scope.kind !== 'app') add(appScope, 'iterm2.')
    return found
  }

  /** True for a name that scripts may set. */
  isSettable(name: string): boolean {
    return userName.test(name)
  }

  setUser(scope: Scope, name: string, value: VariableValue): void {
    const key = keyOf(scope)
    const values = this.#userValues.get(key) ?? new Map<string, VariableValue>()
    values.set(name, value)
    this.#userValues.set(key, values)
    this.emit('touch', scope, name)
  }

  /** Names a session, or gives a tab or window a title of its own; an empty text takes it back. */
  setName(scope: Scope, name: string): void {
    if (name === '') this.#names.delete(keyOf(scope))
    else this.#names.set(keyOf(scope), name)
    this.emit('touch', scope, scope.kind === 'session' ? 'name' : 'titleOverride')
  }

  /** The name or title that a script gave. */
  givenName(scope: Scope): string | undefined {
    return this.#names.get(keyOf(scope))
  }

  /** What the title function of a session's profile said; undefined takes it back. */
  setCustomTitle(id: string, title: string | undefined): void {
    if (title === undefined) this.#customTitles.delete(id)
    else this.#customTitles.set(id, title)
    this.emit('touch', { kind: 'session', id }, 'presentationName')
  }

  /** The program of a session has set one of its variables: it counts more than what a script set before. */
  sessionTouched(id: string, name: string): void {
    const scope: Scope = { kind: 'session', id }
    this.#userValues.get(keyOf(scope))?.delete(name)
    this.emit('touch', scope, name)
  }

  /** Drops what is kept of sessions, tabs and windows that are gone. */
  forgetClosed(): void {
    for (const kept of [this.#userValues, this.#names]) {
      for (const key of kept.keys()) {
        if (!this.exists(scopeOf(key))) kept.delete(key)
      }
    }
    for (const id of this.#customTitles.keys()) {
      if (!this.exists({ kind: 'session', id })) this.#customTitles.delete(id)
    }
  }

  #read(scope: Scope, name: string): VariableValue {
    const set = this.#userValues.get(keyOf(scope))?.get(name)
    if (set !== undefined) return set
    const reading = `${keyOf(scope)} ${name}`
    if (this.#reading.has(reading)) return null
    this.#reading.add(reading)
    try {
      return readBuiltIn(scope, name, this.#sources) ?? null
    } finally {
      this.#reading.delete(reading)
    }
  }

  #namesOf(scope: Scope): Set<string> {
    const own = this.#userValues.get(keyOf(scope))?.keys() ?? []
    return new Set([...builtInNames(scope, this.#sources), ...own])
  }
}

export function keyOf({ kind, id }: Scope): string {
  return `${kind} ${id}`
}

function scopeOf(key: string): Scope {
  const [kind = '', id = ''] = key.split(' ')
  return kind === 'session' || kind === 'tab' || kind === 'window' ? { kind, id } : appScope
}
