/** Properties of windows and sessions that are read and written by name. */
import { GetPropertyResponseStatus, SetPropertyResponseStatus } from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import type { JsonValue } from '../json.ts'
import { parseJson } from '../json-values.ts'

type PropertyOwner = { windowId: string } | { sessionId: string }

export async function getProperty(
  requester: Requester,
  owner: PropertyOwner,
  name: string,
): Promise<JsonValue> {
  const reply = await call(requester, 'getProperty', { ...owner, name })
  requireOk(`read the property ${name}`, reply.status, GetPropertyResponseStatus)
  return parseJson(reply.jsonValue)
}

/** @throws {Iterm2Error} `rejected` with DEFERRED or IMPOSSIBLE where the window's state forbids it now. */
export async function setProperty(
  requester: Requester,
  owner: PropertyOwner,
  name: string,
  value: JsonValue,
): Promise<void> {
  const reply = await call(requester, 'setProperty', { ...owner, name, jsonValue: JSON.stringify(value) })
  requireOk(`set the property ${name}`, reply.status, SetPropertyResponseStatus)
}
