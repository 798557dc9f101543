/** Functions of ours with a place in iTerm2's window: titles, the status bar, menus, the toolbelt. */
import {
  RegisterToolRequestToolType,
  RegisterToolResponseStatus,
  RPCRegistrationRequestRole,
  RPCRegistrationRequestStatusBarComponentAttributesFormat,
  StatusBarComponentResponseStatus,
  type RPCRegistrationRequestStatusBarComponentAttributesKnob as WireKnob,
  RPCRegistrationRequestStatusBarComponentAttributesKnobType as WireKnobType,
} from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk } from '../call.ts'
import type { FunctionDefinition } from '../client-types.ts'
import type { FunctionRegistrar } from '../connection.ts'
import { requireFeature } from '../features.ts'
import type { JsonValue } from '../json.ts'
import { isList, parseJson } from '../json-values.ts'
import { type Color, encodeColor } from '../objects/color.ts'
import { invocation } from './invocation.ts'
import { invokeFunction } from './invoke.ts'

type Arguments = Readonly<Record<string, JsonValue>>
type Result<T> = T | Promise<T>
type Unregister = () => Promise<void>

/** The function behind a role: its name, its arguments and where they come from. */
export interface RoleFunction
  extends Pick<FunctionDefinition, 'name' | 'arguments' | 'defaults' | 'timeout'> {
  /** Reverse domain name that stays the same for ever: users' settings refer to it. */
  identifier: string
}

/** Offers a way to make session titles, to be chosen in a profile; the handler gives the title. */
export function registerTitleProvider(
  registrar: FunctionRegistrar,
  { identifier, displayName, ...definition }: RoleFunction & { displayName: string },
  handler: (args: Arguments) => Result<string>,
): Promise<Unregister> {
  const sessionTitleAttributes = { displayName, uniqueIdentifier: identifier }
  const role = RPCRegistrationRequestRole.SESSION_TITLE
  return registrar.registerFunction({ ...definition, displayName, role, sessionTitleAttributes }, handler)
}

/** Adds an item to the context menu of sessions. */
export async function registerContextMenuItem(
  registrar: FunctionRegistrar,
  { identifier, displayName, ...definition }: RoleFunction & { displayName: string },
  handler: (args: Arguments) => Result<void>,
): Promise<Unregister> {
  requireFeature(registrar, 'context-menus')
  const contextMenuAttributes = { displayName, uniqueIdentifier: identifier }
  const role = RPCRegistrationRequestRole.CONTEXT_MENU
  return registrar.registerFunction(
    { ...definition, displayName, role, contextMenuAttributes },
    async (args) => {
      await handler(args)
      return null
    },
  )
}

/** A setting of a status bar component that the user can change. */
export type Knob = { key: string; name: string } & (
  | { type: 'checkbox'; default: boolean }
  | { type: 'string'; default: string; placeholder?: string }
  | { type: 'positive-number'; default: number }
  | { type: 'color'; default: Color }
)

export interface StatusBarComponent extends RoleFunction {
  shortDescription: string
  detailedDescription: string
  /** What it may look like, for the settings. */
  exemplar: string
  /** Seconds between calls when no variable that it uses changes; only on change when absent. */
  updateCadence?: number
  knobs?: readonly Knob[]
  /** PNG data with its scale: 1, or 2 for Retina. */
  icons?: readonly { data: Uint8Array; scale: number }[]
  /** `html` needs a terminal that draws it; `text` when absent. */
  format?: 'text' | 'html'
  /** Called with the session id when the user clicks the component. */
  onClick?: (session: string) => Result<void>
}

/**
 * Offers a component for the status bar. The handler gives what it shows: a text, or several of decreasing
 * length of which iTerm2 takes the longest that fits.
 */
export async function registerStatusBarComponent(
  registrar: FunctionRegistrar,
  component: StatusBarComponent,
  handler: (args: Arguments, knobs: Arguments) => Result<string | string[]>,
): Promise<Unregister> {
  const { name, timeout, defaults, identifier, onClick } = component
  const definition: FunctionDefinition = {
    name,
    arguments: [...new Set([...(component.arguments ?? []), 'knobs'])],
    role: RPCRegistrationRequestRole.STATUS_BAR_COMPONENT,
    statusBarComponentAttributes: encodeComponent(component),
  }
  if (defaults !== undefined) definition.defaults = defaults
  if (timeout !== undefined) definition.timeout = timeout
  const unregister = await registrar.registerFunction(definition, ({ knobs = null, ...args }) =>
    handler(args, decodeKnobs(knobs)),
  )
  if (onClick === undefined) return unregister
  const clickName = `__${identifier.replaceAll(/[.-]/g, '_')}__on_click`
  const clicked = async ({ session_id }: Arguments): Promise<null> => {
    await onClick(typeof session_id === 'string' ? session_id : '')
    return null
  }
  try {
    const click = { name: clickName, arguments: ['session_id'] }
    const unregisterClick = await registrar.registerFunction(click, clicked)
    return async () => void (await Promise.all([unregister(), unregisterClick()]))
  } catch (error) {
    await unregister()
    throw error
  }
}

/** Shows a web page above a status bar component. */
export async function openStatusBarPopover(
  requester: Requester,
  popover: { identifier: string; session: string; html: string; width: number; height: number },
): Promise<void> {
  const { identifier, session, html, width, height } = popover
  const reply = await call(requester, 'statusBarComponent', {
    identifier,
    openPopover: { sessionId: session, html, size: { width, height } },
  })
  requireOk('open the popover', reply.status, StatusBarComponentResponseStatus)
}

/** Shows a number at a status bar component, in one session or in all; 0 removes it. */
export async function setStatusBarUnreadCount(
  requester: Requester,
  identifier: string,
  count: number,
  session?: string,
): Promise<void> {
  requireFeature(requester, 'status-bar-unread-count')
  const text = invocation('iterm2.set_status_bar_component_unread_count', { identifier, count })
  await invokeFunction(requester, session === undefined ? 'app' : { method: session }, text)
}

/** Adds a web page to the toolbelt. The URL must name a host. */
export async function registerWebViewTool(
  requester: Requester,
  tool: { name: string; identifier: string; url: string; revealIfRegistered?: boolean },
): Promise<void> {
  const reply = await call(requester, 'registerTool', {
    name: tool.name,
    identifier: tool.identifier,
    URL: tool.url,
    revealIfAlreadyRegistered: tool.revealIfRegistered ?? false,
    toolType: RegisterToolRequestToolType.WEB_VIEW_TOOL,
  })
  requireOk('register the tool', reply.status, RegisterToolResponseStatus)
}

function encodeComponent(component: StatusBarComponent) {
  const { PLAIN_TEXT, HTML } = RPCRegistrationRequestStatusBarComponentAttributesFormat
  return {
    shortDescription: component.shortDescription,
    detailedDescription: component.detailedDescription,
    exemplar: component.exemplar,
    uniqueIdentifier: component.identifier,
    knobs: (component.knobs ?? []).map(encodeKnob),
    icons: [...(component.icons ?? [])],
    format: component.format === 'html' ? HTML : PLAIN_TEXT,
    ...(component.updateCadence === undefined ? {} : { updateCadence: component.updateCadence }),
  }
}

function encodeKnob(knob: Knob): WireKnob {
  const value = knob.type === 'color' ? encodeColor(knob.default) : knob.default
  const wire = { name: knob.name, key: knob.key, type: knobTypes[knob.type] }
  const placeholder = knob.type === 'string' ? (knob.placeholder ?? '') : ''
  return { ...wire, placeholder, jsonDefaultValue: JSON.stringify(value) }
}

const knobTypes = {
  checkbox: WireKnobType.Checkbox,
  string: WireKnobType.String,
  'positive-number': WireKnobType.PositiveFloatingPoint,
  color: WireKnobType.Color,
} as const

/** Knobs come as a JSON string that holds JSON once more. */
function decodeKnobs(knobs: JsonValue): Arguments {
  const value = typeof knobs === 'string' ? parseJson(knobs) : knobs
  return value !== null && typeof value === 'object' && !isList(value) ? { ...value } : {}
}
