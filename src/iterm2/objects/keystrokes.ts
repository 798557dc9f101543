/** Keys that the user presses. */
import {
  type KeystrokeNotification,
  KeystrokeNotificationAction,
  type KeystrokePattern as WirePattern,
} from '../../messages/iterm2.ts'
import type { Subscriber } from '../api-types.ts'
import type { Connection } from '../connection.ts'
import { requireFeature } from '../features.ts'
import { type Monitor, type MonitorOptions, openMonitor } from '../monitor.ts'

/** The numbers that the protocol gives to modifier keys. */
const modifiers = { control: 1, option: 2, command: 3, shift: 4, function: 5, numpad: 6 } as const
export type Modifier = keyof typeof modifiers

export interface Keystroke {
  session: string
  action: 'down' | 'up' | 'flags-changed'
  /** Absent when only a modifier changed. */
  characters?: string
  charactersIgnoringModifiers?: string
  modifiers: Modifier[]
  /** macOS virtual key code. */
  keyCode: number
}

/** Matches when all required and no forbidden modifiers are down and the key is in one of the lists. */
export interface KeystrokePattern {
  required?: readonly Modifier[]
  forbidden?: readonly Modifier[]
  keyCodes?: readonly number[]
  characters?: readonly string[]
  charactersIgnoringModifiers?: readonly string[]
}

/**
 * Keys pressed in a session, or in `all`.
 * @param options.advanced also keys that go up and modifiers that change; needs version 1.9
 */
export async function watchKeystrokes(
  connection: Connection,
  session: string,
  options: MonitorOptions & { advanced?: boolean } = {},
): Promise<Monitor<Keystroke>> {
  if (options.advanced) requireFeature(connection, 'advanced-keystrokes')
  const subscription = {
    type: 'keystroke',
    session,
    request: { advanced: options.advanced ?? false },
  } as const
  return openMonitor(
    connection,
    subscription,
    ({ keystrokeNotification }) => keystrokeNotification && decode(keystrokeNotification),
    options,
  )
}

/**
 * Withholds matching keys from the program of a session, or of `all`, until the returned function is
 * called. Monitors see them nevertheless.
 */
export function filterKeystrokes(
  subscriber: Subscriber,
  session: string,
  patterns: readonly KeystrokePattern[],
): Promise<() => Promise<void>> {
  const subscription = { type: 'keystroke-filter', session, patterns: patterns.map(encodePattern) } as const
  return subscriber.subscribe(subscription, () => undefined)
}

function decode(wire: KeystrokeNotification): Keystroke {
  const keystroke: Keystroke = {
    session: wire.session ?? '',
    action: actions[wire.action ?? 0] ?? 'down',
    modifiers: (wire.modifiers ?? []).flatMap((number) => modifierNames[number] ?? []),
    keyCode: wire.keyCode ?? 0,
  }
  if (wire.characters !== undefined) keystroke.characters = wire.characters
  if (wire.charactersIgnoringModifiers !== undefined) {
    keystroke.charactersIgnoringModifiers = wire.charactersIgnoringModifiers
  }
  return keystroke
}

const actions: Readonly<Record<number, Keystroke['action']>> = {
  [KeystrokeNotificationAction.KEY_DOWN]: 'down',
  [KeystrokeNotificationAction.KEY_UP]: 'up',
  [KeystrokeNotificationAction.FLAGS_CHANGED]: 'flags-changed',
}

const modifierNames: Readonly<Record<number, Modifier>> = {
  1: 'control',
  2: 'option',
  3: 'command',
  4: 'shift',
  5: 'function',
  6: 'numpad',
}

function encodePattern(pattern: KeystrokePattern): WirePattern {
  return {
    requiredModifiers: (pattern.required ?? []).map((name) => modifiers[name]),
    forbiddenModifiers: (pattern.forbidden ?? []).map((name) => modifiers[name]),
    keycodes: [...(pattern.keyCodes ?? [])],
    characters: [...(pattern.characters ?? [])],
    charactersIgnoringModifiers: [...(pattern.charactersIgnoringModifiers ?? [])],
  }
}
