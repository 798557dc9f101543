/** The request that sets and reads variables. */
import { type VariableRequest, VariableResponseStatus } from '../../messages/iterm2.ts'
import type { RequestHandler } from '../handler.ts'
import type { VariableValue } from '../session-types.ts'
import { decodeJson, encodeJson } from './json-values.ts'
import { appScope, type Scope } from './scope.ts'
import type { VariableStore } from './variable-store.ts'

export interface VariableHandlerDeps {
  store: VariableStore
  /** The sessions that an id means (`active` and `all` included); undefined when it means none. */
  resolveSessions(id: string): string[] | undefined
  tabIds(): string[]
  /** Brings what these paths need from the process table up to date; undefined when they need nothing. */
  freshen(scope: Scope, paths: string[]): Promise<void> | undefined
}

/**
 * Sets come before gets. A malformed name or value changes nothing at all. `all` may be set for sessions
 * and tabs, and not be read.
 */
export function variableHandler(deps: VariableHandlerDeps): RequestHandler<'variable'> {
  const status = VariableResponseStatus
  const { store } = deps
  return (request) => {
    const scopes = findScopes(request, deps)
    if (!Array.isArray(scopes)) return { status: scopes, values: [] }
    const { set = [], get = [] } = request
    if (isAll(request) && get.length > 0) return { status: status.MULTI_GET_DISALLOWED, values: [] }
    const values = set.map(({ name = '', value }) => ({ name, value: decodeJson(value) }))
    const isSound = (one: (typeof values)[number]): one is { name: string; value: VariableValue } =>
      store.isSettable(one.name) && one.value !== undefined
    if (!values.every(isSound)) return { status: status.INVALID_NAME, values: [] }
    for (const scope of scopes) {
      for (const { name, value } of values) store.setUser(scope, name, value)
    }
    const [scope = appScope] = scopes
    const read = (name: string) =>
      name === '*' ? JSON.stringify(store.all(scope)) : encodeJson(store.get(scope, name))
    const answer = () => ({ status: status.OK, values: get.map(read) })
    const fresh = deps.freshen(scope, get)
    return fresh ? fresh.then(answer) : answer()
  }
}

function isAll({ sessionId, tabId }: VariableRequest): boolean {
  return sessionId === 'all' || tabId === 'all'
}

function findScopes(request: VariableRequest, deps: VariableHandlerDeps): Scope[] | VariableResponseStatus {
  const status = VariableResponseStatus
  const { sessionId, tabId, windowId, app } = request
  if (sessionId !== undefined) {
    const ids = deps.resolveSessions(sessionId)
    return ids ? ids.map((id) => ({ kind: 'session', id })) : status.SESSION_NOT_FOUND
  }
  if (tabId !== undefined) {
    const ids = tabId === 'all' ? deps.tabIds() : [tabId]
    const scopes = ids.map((id): Scope => ({ kind: 'tab', id }))
    return scopes.every((scope) => deps.store.exists(scope)) ? scopes : status.TAB_NOT_FOUND
  }
  if (windowId !== undefined) {
    const scope: Scope = { kind: 'window', id: windowId }
    return deps.store.exists(scope) ? [scope] : status.WINDOW_NOT_FOUND
  }
  return app === undefined ? status.MISSING_SCOPE : [appScope]
}
