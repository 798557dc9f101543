/** Variables of the application, a window, a tab or a session, and the watching of one. */
import { VariableResponseStatus, VariableScope } from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import type { Connection } from '../connection.ts'
import { Iterm2Error } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { isList, parseJson } from '../json-values.ts'
import { Monitor, type MonitorOptions } from '../monitor.ts'

/** Whose variables: ids of a session, tab or window. `active` and `all` are allowed for sessions. */
export type VariableOwner = 'app' | { session: string } | { tab: string } | { window: string }

/** Value of one variable; null where it is not set. */
export async function getVariable(
  requester: Requester,
  owner: VariableOwner,
  name: string,
): Promise<JsonValue> {
  const values = await getVariables(requester, owner, [name])
  return values[name] ?? null
}

/** Values of several variables, read at the same moment; null where one is not set. */
export async function getVariables<Name extends string>(
  requester: Requester,
  owner: VariableOwner,
  names: readonly Name[],
): Promise<Record<Name, JsonValue>> {
  const reply = await call(requester, 'variable', { ...encodeOwner(owner), get: [...names] })
  requireOk('read a variable', reply.status, VariableResponseStatus)
  const values = reply.values ?? []
  const entries = names.map((name, index) => [name, decodeVariable(name, values[index])])
  return Object.fromEntries(entries)
}

/** All variables of the scope. iTerm2 gives the values of this listing as text. */
export async function getAllVariables(
  requester: Requester,
  owner: VariableOwner,
): Promise<Record<string, JsonValue>> {
  const all = await getVariable(requester, owner, '*')
  if (all === null || typeof all !== 'object' || isList(all)) {
    throw new Iterm2Error('malformed-reply', 'The terminal did not answer with a list of variables.')
  }
  return { ...all }
}

/**
 * Sets a variable; null deletes it. With session `all` it is set in every session.
 * @param name `user.` and one more word: only those can be set
 */
export async function setVariable(
  requester: Requester,
  owner: VariableOwner,
  name: string,
  value: JsonValue,
): Promise<void> {
  if (!/^user\.[^.]+$/.test(name)) {
    throw new Iterm2Error('invalid-argument', `The variable ${JSON.stringify(name)} cannot be set.`, {
      hint: 'Only "user." followed by one word without dots can be set.',
    })
  }
  const set = [{ name, value: JSON.stringify(value) }]
  const reply = await call(requester, 'variable', { ...encodeOwner(owner), set })
  requireOk('set a variable', reply.status, VariableResponseStatus)
}

/** Whose variable to watch; `all` for every session or window, those to come included. */
export type WatchedOwner = VariableOwner | 'all-sessions' | 'all-windows'

export interface VariableChange {
  /** Id of the session, tab or window; '' for the application. */
  identifier: string
  value: JsonValue
}

/**
 * Watches a variable. The first item is its present value, except for `all-…`; then follows every change,
 * those during a lost connection as one.
 */
export async function watchVariable(
  connection: Connection,
  owner: WatchedOwner,
  name: string,
  options?: MonitorOptions,
): Promise<Monitor<VariableChange>> {
  const { scope, identifier, readable } = encodeWatched(owner)
  const monitor = new Monitor<VariableChange>(connection, options)
  let last: string | undefined
  let changes = 0
  const push = (from: string, value: JsonValue): void => {
    const text = JSON.stringify(value)
    if (readable !== undefined && text === last) return
    last = text
    monitor.push({ identifier: from, value })
  }
  // A change that is notified while the value is read is at least as new as what the reading gives.
  const read = async (): Promise<void> => {
    if (readable === undefined) return
    const before = changes
    const value = await getVariable(connection, readable, name)
    if (changes === before) push(identifier, value)
  }
  const readAgain = (): void => {
    read().catch(() => undefined)
  }
  monitor.listen(connection, 'reconnected', readAgain)
  try {
    const subscription = { type: 'variable-change', scope, identifier, name } as const
    const stop = await connection.subscribe(subscription, ({ variableChangedNotification: change }) => {
      if (change === undefined) return
      changes++
      push(change.identifier ?? '', decodeVariable(name, change.jsonNewValue))
    })
    monitor.onClose(stop)
    await read()
  } catch (error) {
    await monitor.close()
    throw error
  }
  return monitor
}

/** Variables that iTerm2 sends as 1 or 0. */
const booleans = new Set([
  'showingAlternateScreen',
  'isBroadcastSource',
  'isLocalhost',
  'isHotkeyWindow',
  'applicationKeypad',
])

function decodeVariable(name: string, text: string | undefined): JsonValue {
  const value = parseJson(text)
  if (!booleans.has(name.slice(name.lastIndexOf('.') + 1))) return value
  return value === 1 || value === 0 ? value === 1 : value
}

function encodeOwner(owner: VariableOwner) {
  if (owner === 'app') return { app: true }
  if ('session' in owner) return { sessionId: owner.session }
  if ('tab' in owner) return { tabId: owner.tab }
  return { windowId: owner.window }
}

function encodeWatched(owner: WatchedOwner): {
  scope: VariableScope
  identifier: string
  readable?: VariableOwner
} {
  if (owner === 'all-sessions') return { scope: VariableScope.SESSION, identifier: 'all' }
  if (owner === 'all-windows') return { scope: VariableScope.WINDOW, identifier: 'all' }
  if (owner === 'app') return { scope: VariableScope.APP, identifier: '', readable: owner }
  if ('session' in owner) {
    return { scope: VariableScope.SESSION, identifier: owner.session, readable: owner }
  }
  if ('tab' in owner) return { scope: VariableScope.TAB, identifier: owner.tab, readable: owner }
  return { scope: VariableScope.WINDOW, identifier: owner.window, readable: owner }
}
