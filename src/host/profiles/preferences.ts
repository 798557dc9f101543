/** Preferences of the host: kept in `<home>/state/host-preferences.json` for the scripts that use them. */
import { z } from 'zod'
import type { Logger } from '../../lib/logger.ts'
import {
  type PreferencesRequestRequest,
  type PreferencesResponseResult,
  PreferencesResponseResultSetDefaultProfileResultStatus,
  PreferencesResponseResultSetPreferenceResultStatus,
} from '../../messages/iterm2.ts'
import { type JsonDocument, openJsonDocument } from '../documents/json-document.ts'
import type { RequestHandler } from '../handler.ts'
import type { VariableValue } from '../session-types.ts'
import { decodeJson, encodeJson } from '../variables/json-values.ts'
import type { ProfileStore } from './profile-store.ts'

type Preferences = Record<string, VariableValue>

export function preferencesHandler(
  path: string,
  store: ProfileStore,
  log: Logger,
): RequestHandler<'preferences'> {
  const document = openJsonDocument<Preferences>(path, z.record(z.string(), z.json()), {}, log)
  return ({ requests = [] }) => ({ results: requests.map((request) => answer(request, document, store)) })
}

function answer(
  request: PreferencesRequestRequest,
  document: JsonDocument<Preferences>,
  store: ProfileStore,
): PreferencesResponseResult {
  const { setPreferenceRequest, getPreferenceRequest, setDefaultProfileRequest, getDefaultProfileRequest } =
    request
  if (setPreferenceRequest) {
    const { key = '', jsonValue } = setPreferenceRequest
    return { setPreferenceResult: { status: setPreference(key, decodeJson(jsonValue), document) } }
  }
  if (getPreferenceRequest) {
    const { key = '' } = getPreferenceRequest
    const value = Object.hasOwn(document.value, key) ? document.value[key] : null
    return { getPreferenceResult: { jsonValue: encodeJson(value) } }
  }
  if (setDefaultProfileRequest) {
    const status = PreferencesResponseResultSetDefaultProfileResultStatus
    const known = store.setDefault(setDefaultProfileRequest.guid ?? '')
    return { setDefaultProfileResult: { status: known ? status.OK : status.BAD_GUID } }
  }
  if (getDefaultProfileRequest) {
    return { getDefaultProfileResult: { guid: String(store.defaultProfile['Guid']) } }
  }
  return { unrecognizedRequest: {} }
}

function setPreference(key: string, value: VariableValue | undefined, document: JsonDocument<Preferences>) {
  const status = PreferencesResponseResultSetPreferenceResultStatus
  if (value === undefined) return status.BAD_JSON
  if (key === '' || key === '__proto__' || holdsNull(value)) return status.INVALID_VALUE
  document.save({ ...document.value, [key]: value })
  return status.OK
}

/** A property list, which is what preferences are there, has no null. */
function holdsNull(value: VariableValue): boolean {
  if (value === null) return true
  return typeof value === 'object' && Object.values(value).some(holdsNull)
}
