import { GetProfilePropertyResponseStatus, SetProfilePropertyResponseStatus } from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import { Iterm2Error } from '../errors.ts'
import { supports } from '../features.ts'
import type { JsonValue } from '../json.ts'
import { type Color, decodeColor } from './color.ts'
import { getDefaultProfileGuid } from './preferences.ts'
import {
  decodeProperties,
  encodeProfileChanges,
  type ProfileChanges,
  type ProfileProperties,
  profileFields,
} from './profile-fields.ts'

/** What a change applies to: the copy that a session has of its profile, or stored profiles. */
type ProfileTarget = { session: string } | { guids: string[] }

/**
 * A profile as it was read: either a stored one, or the copy that one session has. Changing the copy of a
 * session leaves the stored profile alone.
 */
export class Profile {
  readonly #requester: Requester
  readonly #target: ProfileTarget
  readonly #values: Map<string, JsonValue>

  constructor(requester: Requester, target: ProfileTarget, values: Map<string, JsonValue>) {
    this.#requester = requester
    this.#target = target
    this.#values = values
  }

  /** The value of a property; undefined when it is unset, was not read, or is of another type. */
  get<K extends keyof ProfileProperties>(name: K): ProfileProperties[K] | undefined {
    const { key, decode } = profileFields[name]
    const value = this.#values.get(key)
    return value === undefined ? undefined : decode(value)
  }

  /** The value under any key, such as `Blinking Cursor`; undefined when it is unset or was not read. */
  getKey(key: string): JsonValue | undefined {
    return this.#values.get(key)
  }

  /** The keys that have a value. */
  get keys(): string[] {
    return [...this.#values.keys()]
  }

  /** The colour under a key such as `Selection Color`, or the variant of it for light or dark mode. */
  color(key: string, mode?: 'light' | 'dark'): Color | undefined {
    const suffix = mode === undefined ? '' : mode === 'light' ? ' (Light)' : ' (Dark)'
    const value = this.#values.get(key + suffix)
    return value === undefined ? undefined : decodeColor(value)
  }

  /** Colour 0 to 15 of the palette. */
  ansiColor(index: number, mode?: 'light' | 'dark'): Color | undefined {
    return this.color(`Ansi ${index} Color`, mode)
  }

  /** Changes the profile, and what this object holds of it. */
  async set(changes: ProfileChanges): Promise<void> {
    await setProfileProperties(this.#requester, this.#target, changes)
    for (const [key, value] of decodeProperties(encodeProfileChanges(changes))) this.#values.set(key, value)
  }
}

/** The copy that a session has of its profile; all keys, or those asked for. */
export async function readSessionProfile(
  requester: Requester,
  session: string,
  keys: readonly string[] = [],
): Promise<Profile> {
  const reply = await call(requester, 'getProfileProperty', { session, keys: [...keys] })
  requireOk('read the profile of the session', reply.status, GetProfilePropertyResponseStatus)
  return new Profile(requester, { session }, decodeProperties(reply.properties ?? []))
}

/** The stored profiles: all of them or by guid (unknown ones are left out), whole or only some keys. */
export async function listProfiles(
  requester: Requester,
  filter: { guids?: readonly string[]; keys?: readonly string[] } = {},
): Promise<Profile[]> {
  const guidKey = profileFields.guid.key
  const properties = filter.keys === undefined ? [] : [...new Set([guidKey, ...filter.keys])]
  const reply = await call(requester, 'listProfiles', { guids: [...(filter.guids ?? [])], properties })
  return (reply.profiles ?? []).map((profile) => {
    const values = decodeProperties(profile.properties ?? [])
    const guid = values.get(guidKey)
    return new Profile(requester, { guids: typeof guid === 'string' ? [guid] : [] }, values)
  })
}

/** The profile that new sessions get unless another is named. */
export async function readDefaultProfile(requester: Requester): Promise<Profile> {
  const guid = await getDefaultProfileGuid(requester)
  const [profile] = await listProfiles(requester, { guids: [guid] })
  if (profile !== undefined) return profile
  throw new Iterm2Error('malformed-reply', 'The terminal does not list its default profile.')
}

/** Changes properties without reading the profile first. Terminals before 0.69 need a request for each. */
export async function setProfileProperties(
  requester: Requester,
  target: ProfileTarget,
  changes: ProfileChanges,
): Promise<void> {
  const assignments = encodeProfileChanges(changes)
  if (assignments.length === 0) return
  const where = 'session' in target ? { session: target.session } : { guidList: { guids: [...target.guids] } }
  const payloads = supports(requester, 'several-profile-assignments') ? [{ assignments }] : assignments
  for (const payload of payloads) {
    const reply = await call(requester, 'setProfileProperty', { ...where, ...payload })
    requireOk('change the profile', reply.status, SetProfilePropertyResponseStatus)
  }
}
