/** The profile keys that this library knows by type; all others go through the generic get and set. */
import type { ProfileProperty } from '../../messages/iterm2.ts'
import { Iterm2Error } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { isList, parseJson } from '../json-values.ts'
import { type Color, decodeColor, encodeColor } from './color.ts'

const customCommands = ['Yes', 'No', 'Custom Shell', 'SSH', 'Browser'] as const
const customDirectories = ['Yes', 'No', 'Recycle', 'Advanced'] as const

/** What the title of a session is made of, with the bit of each part. */
const titleComponents = {
  'session-name': 1,
  job: 2,
  'working-directory': 4,
  tty: 8,
  custom: 16,
  'profile-name': 32,
  'profile-and-session-name': 64,
  user: 128,
  host: 256,
  'command-line': 512,
  size: 1024,
} as const
export type TitleComponent = keyof typeof titleComponents

export interface ProfileProperties {
  guid: string
  /** The profile that a session's own copy was made from. */
  originalGuid: string
  name: string
  /** An interpolated string, split like shell words; used where `customCommand` is not `No`. */
  command: string
  customCommand: (typeof customCommands)[number]
  workingDirectory: string
  customDirectory: (typeof customDirectories)[number]
  columns: number
  rows: number
  scrollbackLines: number
  unlimitedScrollback: boolean
  terminalType: string
  badgeText: string
  /** Typed into the session when it starts. */
  initialText: string
  titleComponents: TitleComponent[]
  /** Display name and identifier of a registered title provider. */
  titleFunction: [name: string, identifier: string]
  tabColor: Color
  useTabColor: boolean
  foregroundColor: Color
  backgroundColor: Color
  cursorColor: Color
  tags: string[]
  /** Seconds in which closing can be undone. */
  sessionCloseUndoTimeout: number
}

interface Field<T> {
  key: string
  /** Undefined when the value is of another type. */
  decode: (value: JsonValue) => T | undefined
  encode: (value: T) => JsonValue
}

export const profileFields: { readonly [K in keyof ProfileProperties]: Field<ProfileProperties[K]> } = {
  guid: text('Guid'),
  originalGuid: text('Original Guid'),
  name: text('Name'),
  command: text('Command'),
  customCommand: choice('Custom Command', customCommands),
  workingDirectory: text('Working Directory'),
  customDirectory: choice('Custom Directory', customDirectories),
  columns: number('Columns'),
  rows: number('Rows'),
  scrollbackLines: number('Scrollback Lines'),
  unlimitedScrollback: flag('Unlimited Scrollback'),
  terminalType: text('Terminal Type'),
  badgeText: text('Badge Text'),
  initialText: text('Initial Text'),
  titleComponents: {
    key: 'Title Components',
    decode: (value) => (typeof value === 'number' ? componentsOf(value) : undefined),
    encode: (components) => components.reduce((bits, name) => bits | titleComponents[name], 0),
  },
  titleFunction: {
    key: 'Title Function',
    decode: decodePair,
    encode: (pair) => pair,
  },
  tabColor: color('Tab Color'),
  useTabColor: flag('Use Tab Color'),
  foregroundColor: color('Foreground Color'),
  backgroundColor: color('Background Color'),
  cursorColor: color('Cursor Color'),
  tags: {
    key: 'Tags',
    decode: (value) =>
      isList(value) && value.every((tag) => typeof tag === 'string') ? [...value] : undefined,
    encode: (tags) => tags,
  },
  sessionCloseUndoTimeout: number('Session Close Undo Timeout'),
}

/** Changes to a profile: typed ones, and any others under their own keys. */
export interface ProfileChanges extends Partial<ProfileProperties> {
  /** By the key's own name, such as `Blinking Cursor`. */
  other?: Readonly<Record<string, JsonValue>>
}

/** The wire form of changes, as requests carry them. */
export function encodeProfileChanges(changes: ProfileChanges): Required<ProfileProperty>[] {
  const { other = {}, ...typed } = changes
  const assignments = Object.keys(typed).flatMap((name) => {
    if (!isField(name)) throw new Iterm2Error('invalid-argument', `There is no profile property "${name}".`)
    return encodeField(name, typed)
  })
  for (const [key, value] of Object.entries(other))
    assignments.push({ key, jsonValue: JSON.stringify(value) })
  return assignments
}

function encodeField<K extends keyof ProfileProperties>(name: K, changes: Partial<ProfileProperties>) {
  const value = changes[name]
  if (value === undefined) return []
  const { key, encode } = profileFields[name]
  return [{ key, jsonValue: JSON.stringify(encode(value)) }]
}

/** The properties of a reply by key. */
export function decodeProperties(properties: readonly ProfileProperty[]): Map<string, JsonValue> {
  return new Map(properties.map(({ key = '', jsonValue }) => [key, parseJson(jsonValue)]))
}

function isField(name: string): name is keyof ProfileProperties {
  return Object.hasOwn(profileFields, name)
}

function text(key: string): Field<string> {
  return { key, decode: (value) => (typeof value === 'string' ? value : undefined), encode: (value) => value }
}

/** Numbers are text in some profiles, because preference files were edited by hand. */
function number(key: string): Field<number> {
  return {
    key,
    decode: (value) => {
      const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : undefined
    },
    encode: (value) => value,
  }
}

function flag(key: string): Field<boolean> {
  return {
    key,
    decode: (value) => {
      if (typeof value === 'boolean') return value
      return value === 1 || value === 0 ? value === 1 : undefined
    },
    encode: (value) => value,
  }
}

function choice<T extends string>(key: string, values: readonly T[]): Field<T> {
  return { key, decode: (value) => values.find((known) => known === value), encode: (value) => value }
}

function color(key: string): Field<Color> {
  return { key, decode: decodeColor, encode: encodeColor }
}

function componentsOf(bits: number): TitleComponent[] {
  const names = Object.keys(titleComponents).filter(isTitleComponent)
  return names.filter((name) => (bits & titleComponents[name]) !== 0)
}

function isTitleComponent(name: string): name is TitleComponent {
  return Object.hasOwn(titleComponents, name)
}

function decodePair(value: JsonValue): [string, string] | undefined {
  if (!isList(value)) return undefined
  const [first, second] = value
  return typeof first === 'string' && typeof second === 'string' ? [first, second] : undefined
}
