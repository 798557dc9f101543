/** Application preferences, by the keys that iTerm2 itself stores them under. */
import {
  type PreferencesRequestRequest,
  type PreferencesResponseResult,
  PreferencesResponseResultSetDefaultProfileResultStatus,
  PreferencesResponseResultSetPreferenceResultStatus,
} from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import { Iterm2Error } from '../errors.ts'
import { requireFeature } from '../features.ts'
import type { JsonValue } from '../json.ts'
import { parseJson } from '../json-values.ts'

/** Value of a preference; null where it is not set. */
export async function getPreference(requester: Requester, key: string): Promise<JsonValue> {
  const { getPreferenceResult } = await request(requester, { getPreferenceRequest: { key } })
  return parseJson(getPreferenceResult?.jsonValue)
}

/** Sets a preference. iTerm2 refuses null (INVALID_VALUE). */
export async function setPreference(requester: Requester, key: string, value: JsonValue): Promise<void> {
  const jsonValue = JSON.stringify(value)
  const { setPreferenceResult } = await request(requester, { setPreferenceRequest: { key, jsonValue } })
  const statuses = PreferencesResponseResultSetPreferenceResultStatus
  requireOk('set the preference', setPreferenceResult?.status, statuses)
}

/** The guid of the profile that new sessions get unless another is named. */
export async function getDefaultProfileGuid(requester: Requester): Promise<string> {
  requireFeature(requester, 'get-default-profile')
  const { getDefaultProfileResult } = await request(requester, { getDefaultProfileRequest: {} })
  if (getDefaultProfileResult?.guid) return getDefaultProfileResult.guid
  throw new Iterm2Error('malformed-reply', 'The terminal did not say which profile is the default.')
}

/** Makes a stored profile the default. */
export async function setDefaultProfile(requester: Requester, guid: string): Promise<void> {
  const { setDefaultProfileResult } = await request(requester, { setDefaultProfileRequest: { guid } })
  const statuses = PreferencesResponseResultSetDefaultProfileResultStatus
  requireOk('set the default profile', setDefaultProfileResult?.status, statuses)
}

async function request(
  requester: Requester,
  item: PreferencesRequestRequest,
): Promise<PreferencesResponseResult> {
  const reply = await call(requester, 'preferences', { requests: [item] })
  const result = reply.results?.[0]
  if (result !== undefined && result.unrecognizedRequest === undefined) return result
  throw new Iterm2Error('rejected', 'The terminal does not know this kind of preferences request.')
}
