import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  ColorPresetResponseStatus,
  GetProfilePropertyResponseStatus as GetStatus,
  type PreferencesRequestRequest,
  type SetProfilePropertyRequest,
  SetProfilePropertyResponseStatus as SetStatus,
} from '../../../src/messages/iterm2.ts'
import { type MemoryHost, type MemorySession, startMemoryHost } from '../memory-host.ts'

let host: MemoryHost
let session: MemorySession

beforeEach(async () => {
  host = startMemoryHost()
  session = await host.open()
})

const defaultGuid = () => String(host.profiles.defaultProfile['Guid'])

async function set(request: SetProfilePropertyRequest) {
  return (await host.handlers.setProfileProperty(request, host.connection)).status
}

function assign(key: string, value: unknown, target: SetProfilePropertyRequest = { session: session.id }) {
  return set({ ...target, assignments: [{ key, jsonValue: JSON.stringify(value) }] })
}

async function get(id = session.id, ...keys: string[]): Promise<Record<string, unknown>> {
  const { properties = [] } = await host.handlers.getProfileProperty({ session: id, keys }, host.connection)
  return Object.fromEntries(properties.map(({ key, jsonValue }) => [key, JSON.parse(jsonValue ?? '')]))
}

async function list(properties: string[] = [], guids: string[] = []) {
  const { profiles = [] } = await host.handlers.listProfiles({ properties, guids }, host.connection)
  return profiles.map((profile) =>
    Object.fromEntries(
      (profile.properties ?? []).map(({ key, jsonValue }) => [key, JSON.parse(jsonValue ?? '')]),
    ),
  )
}

describe('the profile of a session', () => {
  it('is the stored one until it is changed, then a copy that remembers where it is from', async () => {
    expect(await get(session.id, 'Guid', 'Name', 'Nonsense')).toEqual({
      Guid: defaultGuid(),
      Name: 'Default',
    })
    expect(await assign('Badge Text', 'mine')).toBe(SetStatus.OK)
    const copy = await get()
    expect(copy).toMatchObject({ 'Badge Text': 'mine', 'Original Guid': defaultGuid(), Columns: 80 })
    expect(copy['Guid']).not.toBe(defaultGuid())
    await assign('Badge Text', 'again')
    expect((await get())['Guid']).toBe(copy['Guid'])
    expect(await list(['Badge Text'])).toEqual([{ 'Badge Text': '' }])
  })

  it('is switched by the guid of a stored one', async () => {
    await assign('Badge Text', 'mine')
    expect(await assign('Guid', defaultGuid())).toBe(SetStatus.OK)
    expect(await get()).toMatchObject({ 'Badge Text': '', Guid: defaultGuid() })
    expect(await assign('Guid', 'unknown')).toBe(SetStatus.BAD_GUID)
  })

  it('keeps keys that the host does not know, and checks the type of those that it does', async () => {
    expect(await assign('Some Future Key', { a: [1] })).toBe(SetStatus.OK)
    expect(await get(session.id, 'Some Future Key')).toEqual({ 'Some Future Key': { a: [1] } })
    const before = await get()
    const wrong: Array<[string, unknown]> = [
      ['Columns', 'wide'],
      ['Name', 5],
      ['Custom Command', 'Maybe'],
      ['Foreground Color', { 'Red Component': 1 }],
      ['Ansi 15 Color (Dark)', 'red'],
      ['Unlimited Scrollback', 'yes'],
      ['Tags', ['a', 1]],
      ['Some Future Key', null],
    ]
    for (const [key, value] of wrong)
      expect([key, await assign(key, value)]).toEqual([key, SetStatus.REQUEST_MALFORMED])
    expect(await get()).toEqual(before)
    expect(
      await assign('Tab Color', { 'Red Component': 1, 'Green Component': 0, 'Blue Component': 0.5 }),
    ).toBe(0)
  })

  it('is refused when the request does not say whose or what', async () => {
    expect(await set({ assignments: [] })).toBe(SetStatus.REQUEST_MALFORMED)
    expect(await set({ session: session.id, assignments: [{ key: 'Name', jsonValue: '{' }] })).toBe(
      SetStatus.REQUEST_MALFORMED,
    )
    expect(await assign('Name', 'x', { session: 'X' })).toBe(SetStatus.SESSION_NOT_FOUND)
    expect(await assign('Name', 'x', { guidList: { guids: [defaultGuid(), 'X'] } })).toBe(SetStatus.BAD_GUID)
    expect(await list(['Name'])).toEqual([{ Name: 'Default' }])
    const { status } = await host.handlers.getProfileProperty({ session: 'all' }, host.connection)
    expect(status).toBe(GetStatus.SESSION_NOT_FOUND)
  })

  it('may be set for all sessions, and by the older form of the request', async () => {
    const other = await host.open()
    expect(await set({ session: 'all', key: 'Badge Text', jsonValue: '"both"' })).toBe(SetStatus.OK)
    expect(await get(session.id, 'Badge Text')).toEqual(await get(other.id, 'Badge Text'))
    expect(await get('active', 'Badge Text')).toEqual({ 'Badge Text': 'both' })
  })
})

describe('stored profiles', () => {
  it('change for every session that has no copy, and for the next start of the host', async () => {
    const divorced = await host.open()
    await assign('Columns', 100, { session: divorced.id })
    expect(await assign('Name', 'Renamed', { guidList: { guids: [defaultGuid()] } })).toBe(SetStatus.OK)
    expect(await get(session.id, 'Name')).toEqual({ Name: 'Renamed' })
    expect(await get(divorced.id, 'Name')).toEqual({ Name: 'Default' })
    const next = startMemoryHost(host.directory)
    expect(next.profiles.defaultProfile).toMatchObject({ Name: 'Renamed', Guid: defaultGuid() })
  })

  it('are filtered by guid and key', async () => {
    expect(await list(['Name'], [defaultGuid(), 'X'])).toEqual([{ Name: 'Default' }])
    expect(await list([], ['X'])).toEqual([])
  })

  it('in a file that is damaged are kept aside', () => {
    const path = join(host.directory, 'host-profiles.json')
    const damaged = readFileSync(path, 'utf8').slice(0, 100)
    writeFileSync(path, damaged)
    const next = startMemoryHost(host.directory)
    expect(next.profiles.defaultProfile).toMatchObject({ Name: 'Default' })
    const aside = readdirSync(host.directory).find((name) => name.startsWith('host-profiles.json.broken'))
    expect(readFileSync(join(host.directory, aside ?? ''), 'utf8')).toBe(damaged)
    expect(existsSync(path)).toBe(true)
  })

  it('decide size and directory of a new session', async () => {
    const opened = await host.open(
      { kind: 'window', select: true },
      {
        Columns: 120,
        Rows: 40,
        'Custom Command': 'Yes',
        Command: 'echo "\\(iterm2.localhostName?)" \'a b\'',
      },
    )
    expect(opened).toMatchObject({ columns: 120, rows: 40 })
    expect(opened.spec.argv?.[0]).toMatch(/echo$/)
    expect(opened.spec.argv?.slice(1)).toEqual([expect.stringMatching(/^[^\\]+$/), 'a b'])
  })
})

describe('preferences', () => {
  const ask = async (...requests: PreferencesRequestRequest[]) =>
    (await host.handlers.preferences({ requests }, host.connection)).results

  it('are read as they were written, also after a restart', async () => {
    expect(
      await ask(
        { setPreferenceRequest: { key: 'a', jsonValue: '{"b":[true]}' } },
        { getPreferenceRequest: { key: 'a' } },
        { getPreferenceRequest: { key: 'toString' } },
        { setPreferenceRequest: { key: 'a', jsonValue: '{' } },
        { setPreferenceRequest: { key: 'a', jsonValue: '[null]' } },
        {},
      ),
    ).toEqual([
      { setPreferenceResult: { status: 0 } },
      { getPreferenceResult: { jsonValue: '{"b":[true]}' } },
      { getPreferenceResult: { jsonValue: 'null' } },
      { setPreferenceResult: { status: 1 } },
      { setPreferenceResult: { status: 2 } },
      { unrecognizedRequest: {} },
    ])
    host = startMemoryHost(host.directory)
    expect(await ask({ getPreferenceRequest: { key: 'a' } })).toEqual([
      { getPreferenceResult: { jsonValue: '{"b":[true]}' } },
    ])
  })

  it('name the default profile', async () => {
    expect(
      await ask(
        { setDefaultProfileRequest: { guid: 'X' } },
        { setDefaultProfileRequest: { guid: defaultGuid() } },
        { getDefaultProfileRequest: {} },
      ),
    ).toEqual([
      { setDefaultProfileResult: { status: 1 } },
      { setDefaultProfileResult: { status: 0 } },
      { getDefaultProfileResult: { guid: defaultGuid() } },
    ])
  })
})

it('colour presets are listed, and give every colour of a palette', async () => {
  const { colorPreset } = host.handlers
  expect(await colorPreset({ listPresets: {} }, host.connection)).toMatchObject({
    listPresets: { name: ['Dark', 'Light'] },
  })
  const { getPreset } = await colorPreset({ getPreset: { name: 'Light' } }, host.connection)
  const red = getPreset?.colorSettings?.find(({ key }) => key === 'Ansi 9 Color')
  expect(red).toEqual({ key: 'Ansi 9 Color', red: 1, green: 0, blue: 0, alpha: 1, colorSpace: 'sRGB' })
  expect(getPreset?.colorSettings).toHaveLength(19)
  expect(await colorPreset({ getPreset: { name: 'X' } }, host.connection)).toEqual({
    status: ColorPresetResponseStatus.PRESET_NOT_FOUND,
  })
  expect(await colorPreset({}, host.connection)).toEqual({
    status: ColorPresetResponseStatus.REQUEST_MALFORMED,
  })
})
