/** The keys of a profile that the host knows, with the type that the API insists on. */
import type { VariableValue } from '../session-types.ts'

/** A profile: its keys are the ones of the API, its values JSON. */
export type Profile = Record<string, VariableValue>

type KeyType = 'string' | 'number' | 'boolean' | 'color' | 'strings' | readonly string[]

const keyTypes: Readonly<Record<string, KeyType>> = {
  Guid: 'string',
  'Original Guid': 'string',
  Name: 'string',
  Description: 'string',
  Tags: 'strings',
  Command: 'string',
  'Custom Command': ['Yes', 'No', 'Custom Shell', 'SSH', 'Browser'],
  'Run Command In Login Shell': 'boolean',
  'Working Directory': 'string',
  'Custom Directory': ['Yes', 'No', 'Recycle', 'Advanced'],
  'Initial Text': 'string',
  Columns: 'number',
  Rows: 'number',
  'Scrollback Lines': 'number',
  'Unlimited Scrollback': 'boolean',
  'Terminal Type': 'string',
  'Badge Text': 'string',
  'Title Components': 'number',
  'Title Function': 'strings',
  'Allow Title Setting': 'boolean',
  'Session Close Undo Timeout': 'number',
  'Close Sessions On End': 'boolean',
  'Use Separate Colors for Light and Dark Mode': 'boolean',
}

const colorKeys = [
  'Foreground Color',
  'Background Color',
  'Bold Color',
  'Cursor Color',
  'Cursor Text Color',
  'Selection Color',
  'Selected Text Color',
  'Link Color',
  'Badge Color',
  'Tab Color',
  'Underline Color',
  'Cursor Guide Color',
  ...Array.from({ length: 16 }, (_, index) => `Ansi ${index} Color`),
]

const switchKeys = ['Use Tab Color', 'Use Bright Bold', 'Use Cursor Guide', 'Use Underline Color']

const variants = ['', ' (Light)', ' (Dark)']
const types = new Map<string, KeyType>([
  ...Object.entries(keyTypes),
  ...variants.flatMap((suffix) => [
    ...colorKeys.map((key): [string, KeyType] => [key + suffix, 'color']),
    ...switchKeys.map((key): [string, KeyType] => [key + suffix, 'boolean']),
  ]),
])

/** True when the key may have the value. A key that the host does not know may have any but null. */
export function isValidProfileValue(key: string, value: VariableValue): boolean {
  const type = types.get(key)
  if (type === undefined) return value !== null
  if (type === 'color') return isColor(value)
  if (type === 'strings') return Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (type === 'boolean') return typeof value === 'boolean' || value === 0 || value === 1
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value)
  if (type === 'string') return typeof value === 'string'
  return typeof value === 'string' && type.includes(value)
}

const components = ['Red Component', 'Green Component', 'Blue Component'] as const
const colorSpaces: VariableValue[] = ['sRGB', 'Calibrated', 'P3']

function isColor(value: VariableValue): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const alpha = value['Alpha Component'] ?? 1
  const space = value['Color Space'] ?? 'Calibrated'
  return (
    [...components.map((name) => value[name]), alpha].every((part) => typeof part === 'number') &&
    colorSpaces.includes(space)
  )
}

/** What every profile starts from. The sizes are the ones of a classic terminal. */
export const initialProfile: Readonly<Profile> = {
  Name: 'Default',
  'Custom Command': 'No',
  Command: '',
  'Custom Directory': 'No',
  'Working Directory': '',
  'Initial Text': '',
  Columns: 80,
  Rows: 25,
  'Scrollback Lines': 10_000,
  'Unlimited Scrollback': false,
  'Terminal Type': 'xterm-256color',
  'Badge Text': '',
  // Bit 1: the session's name alone.
  'Title Components': 1,
  'Allow Title Setting': true,
  'Session Close Undo Timeout': 0,
  Tags: [],
}
