/** The requests that read and change profiles. */
import {
  GetProfilePropertyResponseStatus,
  type ProfileProperty,
  type SetProfilePropertyRequest,
  SetProfilePropertyResponseStatus,
} from '../../messages/iterm2.ts'
import type { RequestHandlers } from '../handler.ts'
import { decodeJson, encodeJson } from '../variables/json-values.ts'
import { isValidProfileValue, type Profile } from './profile-keys.ts'
import type { ProfileStore } from './profile-store.ts'
import type { SessionProfiles } from './session-profiles.ts'

export interface ProfileHandlerDeps {
  store: ProfileStore
  sessionProfiles: SessionProfiles
  /** The sessions that an id means (`active` and `all` included); undefined when it means none. */
  resolveSessions(id: string): string[] | undefined
}

export function profileHandlers(
  deps: ProfileHandlerDeps,
): Pick<RequestHandlers, 'getProfileProperty' | 'setProfileProperty' | 'listProfiles'> {
  const { store, sessionProfiles, resolveSessions } = deps
  return {
    getProfileProperty({ session = '', keys = [] }) {
      const id = session === 'all' ? undefined : resolveSessions(session)?.[0]
      if (id === undefined)
        return { status: GetProfilePropertyResponseStatus.SESSION_NOT_FOUND, properties: [] }
      const properties = propertiesOf(sessionProfiles.of(id), keys)
      return { status: GetProfilePropertyResponseStatus.OK, properties }
    },
    setProfileProperty(request) {
      const status = SetProfilePropertyResponseStatus
      const changes = profileChanges(assignmentsOf(request))
      if (!changes) return { status: status.REQUEST_MALFORMED }
      if (request.guidList) {
        const known = sessionProfiles.changeStored(request.guidList.guids ?? [], changes)
        return { status: known ? status.OK : status.BAD_GUID }
      }
      if (request.session === undefined) return { status: status.REQUEST_MALFORMED }
      const sessions = resolveSessions(request.session)
      if (!sessions) return { status: status.SESSION_NOT_FOUND }
      const known = sessions.map((id) => sessionProfiles.change(id, changes))
      return { status: known.every(Boolean) ? status.OK : status.BAD_GUID }
    },
    listProfiles({ properties = [], guids = [] }) {
      const wanted = store
        .list()
        .filter((profile) => guids.length === 0 || guids.includes(String(profile['Guid'])))
      return { profiles: wanted.map((profile) => ({ properties: propertiesOf(profile, properties) })) }
    },
  }
}

/** What custom properties say; undefined when one is not JSON or of the wrong type for its key. */
export function profileChanges(properties: ProfileProperty[]): Profile | undefined {
  const changes: Profile = {}
  for (const { key, jsonValue } of properties) {
    const value = decodeJson(jsonValue)
    if (key === undefined || key === '__proto__' || value === undefined) return undefined
    if (!isValidProfileValue(key, value)) return undefined
    changes[key] = value
  }
  return changes
}

function assignmentsOf({ assignments = [], key, jsonValue }: SetProfilePropertyRequest): ProfileProperty[] {
  return key !== undefined && jsonValue !== undefined ? [{ key, jsonValue }] : assignments
}

function propertiesOf(profile: Profile, keys: string[]): ProfileProperty[] {
  return Object.entries(profile)
    .filter(([key]) => keys.length === 0 || keys.includes(key))
    .map(([key, value]) => ({ key, jsonValue: encodeJson(value) }))
}
