/** The stored profiles of the host, in `<home>/state/host-profiles.json`. */
import { z } from 'zod'
import { newUuid } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { openJsonDocument } from '../documents/json-document.ts'
import { colorPreset } from './color-presets.ts'
import { initialProfile, type Profile } from './profile-keys.ts'

const profileSchema = z.record(z.string(), z.json())
const documentSchema = z
  .object({ defaultGuid: z.string(), profiles: z.array(profileSchema.and(z.object({ Guid: z.string() }))) })
  .refine(({ defaultGuid, profiles }) => profiles.some((profile) => profile.Guid === defaultGuid), {
    message: 'the default profile is missing',
  })

export interface ProfileStore {
  list(): Profile[]
  get(guid: string): Profile | undefined
  findByName(name: string): Profile | undefined
  readonly defaultProfile: Profile
  /** Makes a stored profile the default; false when there is none with this guid. */
  setDefault(guid: string): boolean
  /** Changes keys of stored profiles, all at once; false, and nothing changed, when a guid is unknown. */
  edit(guids: string[], changes: Profile): boolean
}

/** @throws when the file is there and cannot be read; a malformed one is kept aside and reported. */
export function openProfileStore(path: string, log: Logger): ProfileStore {
  const guid = newUuid()
  const first = { ...initialProfile, ...colorPreset('Dark'), Guid: guid }
  const document = openJsonDocument(path, documentSchema, { defaultGuid: guid, profiles: [first] }, log)
  // The guid of the first profile must be the same after a restart.
  if (document.value.defaultGuid === guid) document.save(document.value)

  const list = (): Profile[] => document.value.profiles
  const get = (wanted: string) => list().find((profile) => profile['Guid'] === wanted)
  return {
    list,
    get,
    findByName: (name) => list().find((profile) => profile['Name'] === name),
    get defaultProfile() {
      return get(document.value.defaultGuid) ?? first
    },
    setDefault(wanted) {
      if (!get(wanted)) return false
      document.save({ ...document.value, defaultGuid: wanted })
      return true
    },
    edit(guids, changes) {
      if (!guids.every(get)) return false
      const profiles = document.value.profiles.map((profile) =>
        guids.includes(profile.Guid) ? { ...profile, ...changes, Guid: profile.Guid } : profile,
      )
      document.save({ ...document.value, profiles })
      return true
    },
  }
}
