/** What a subscription is on the wire, and which notifications belong to it. Pure functions. */
import {
  KeystrokeNotificationAction,
  type Notification,
  type NotificationRequest,
  NotificationType,
  PromptMonitorMode,
  type PromptNotification,
  type RPCRegistrationRequest,
  type ServerOriginatedRPC,
} from '../messages/iterm2.ts'
import type { ProtocolVersion, Subscription } from './api-types.ts'

/** The target that stands for every session or window, those to come included. */
export const everyTarget = 'all'

/**
 * Where a subscription or a notification belongs. Within one group a subscription to `all` covers those to
 * single targets, so the terminal is asked for either the one or the others, never for both.
 */
export interface Route {
  group: string
  target: string
}

export function routeOf(subscription: Subscription): Route {
  const { type } = subscription
  switch (type) {
    case 'screen-update':
    case 'custom-escape-sequence':
    case 'prompt':
    case 'keystroke':
    case 'keystroke-filter':
      return { group: type, target: subscription.session }
    case 'variable-change':
      return {
        group: variableGroup(subscription.scope, subscription.name),
        target: subscription.identifier,
      }
    case 'server-originated-rpc':
      return { group: functionGroup(signatureOf(subscription.registration)), target: everyTarget }
    default:
      return { group: type, target: everyTarget }
  }
}

/** The route of a notification, or undefined for one that this version does not know. */
export function routeOfNotification(notification: Notification): Route | undefined {
  const n = notification
  if (n.screenUpdateNotification) return toSession('screen-update', n.screenUpdateNotification.session)
  if (n.keystrokeNotification) return toSession('keystroke', n.keystrokeNotification.session)
  if (n.promptNotification) return toSession('prompt', n.promptNotification.session)
  if (n.customEscapeSequenceNotification) {
    return toSession('custom-escape-sequence', n.customEscapeSequenceNotification.session)
  }
  if (n.variableChangedNotification) {
    const { scope, identifier = '', name } = n.variableChangedNotification
    return { group: variableGroup(scope, name), target: identifier }
  }
  if (n.serverOriginatedRpcNotification) {
    const { rpc } = n.serverOriginatedRpcNotification
    return { group: functionGroup(signatureOf(rpc ?? {})), target: everyTarget }
  }
  const type = globalTypeOf(n)
  return type === undefined ? undefined : { group: type, target: everyTarget }
}

/** `name(a,b)`: how iTerm2 tells functions apart when it calls them; the order of arguments is no part of it. */
export function signatureOf(
  rpc: Pick<RPCRegistrationRequest & ServerOriginatedRPC, 'name' | 'arguments'>,
): string {
  const names = (rpc.arguments ?? []).map((argument) => argument.name ?? '')
  return `${rpc.name ?? ''}(${names.sort().join(',')})`
}

/**
 * One request that serves all of these subscriptions, which belong to one group. The terminal keeps the
 * arguments of the first request and discards those of later ones, so the arguments are the union.
 */
export function toRequest(
  subscriptions: readonly [Subscription, ...Subscription[]],
  target: string,
  version: ProtocolVersion,
): NotificationRequest {
  const [first] = subscriptions
  const base = { subscribe: true, notificationType: wireTypes[first.type] }
  switch (first.type) {
    case 'prompt':
      // Every mode, so that a later handler with another one needs no new subscription.
      return atLeast(version, 1, 1)
        ? { ...base, session: target, promptMonitorRequest: { modes: Object.values(PromptMonitorMode) } }
        : { ...base, session: target }
    case 'keystroke':
      return { ...base, session: target, keystrokeMonitorRequest: keystrokeUnion(subscriptions) }
    case 'keystroke-filter': {
      const patternsToIgnore = patternUnion(subscriptions)
      // Before 1.17 the patterns stood in the other message.
      return atLeast(version, 1, 17)
        ? { ...base, session: target, keystrokeFilterRequest: { patternsToIgnore } }
        : { ...base, session: target, keystrokeMonitorRequest: { patternsToIgnore } }
    }
    case 'variable-change': {
      const variableMonitorRequest = { name: first.name, scope: first.scope, identifier: target }
      return { ...base, session: everyTarget, variableMonitorRequest }
    }
    case 'server-originated-rpc':
      return { ...base, session: everyTarget, rpcRegistrationRequest: first.registration }
    default:
      return { ...base, session: target }
  }
}

/** Whether the handler of this subscription asked for this notification, which came by its route. */
export function isWanted(subscription: Subscription, notification: Notification): boolean {
  if (subscription.type === 'prompt') {
    const modes = subscription.modes?.length ? subscription.modes : [PromptMonitorMode.PROMPT]
    const mode = promptMode(notification.promptNotification ?? {})
    return mode === undefined || modes.includes(mode)
  }
  if (subscription.type === 'keystroke' && !subscription.request?.advanced) {
    const action = notification.keystrokeNotification?.action ?? KeystrokeNotificationAction.KEY_DOWN
    return action === KeystrokeNotificationAction.KEY_DOWN
  }
  return true
}

const wireTypes = {
  'new-session': NotificationType.NOTIFY_ON_NEW_SESSION,
  'terminate-session': NotificationType.NOTIFY_ON_TERMINATE_SESSION,
  'layout-change': NotificationType.NOTIFY_ON_LAYOUT_CHANGE,
  'focus-change': NotificationType.NOTIFY_ON_FOCUS_CHANGE,
  'broadcast-change': NotificationType.NOTIFY_ON_BROADCAST_CHANGE,
  'screen-update': NotificationType.NOTIFY_ON_SCREEN_UPDATE,
  'custom-escape-sequence': NotificationType.NOTIFY_ON_CUSTOM_ESCAPE_SEQUENCE,
  prompt: NotificationType.NOTIFY_ON_PROMPT,
  keystroke: NotificationType.NOTIFY_ON_KEYSTROKE,
  'keystroke-filter': NotificationType.KEYSTROKE_FILTER,
  'variable-change': NotificationType.NOTIFY_ON_VARIABLE_CHANGE,
  'server-originated-rpc': NotificationType.NOTIFY_ON_SERVER_ORIGINATED_RPC,
} as const satisfies Record<Subscription['type'], NotificationType>

function variableGroup(scope: number | undefined, name: string | undefined): string {
  return `variable-change ${scope ?? 0} ${name ?? ''}`
}

function functionGroup(signature: string): string {
  return `server-originated-rpc ${signature}`
}

function toSession(group: string, session = ''): Route {
  return { group, target: session }
}

function globalTypeOf(notification: Notification): Subscription['type'] | undefined {
  if (notification.newSessionNotification) return 'new-session'
  if (notification.terminateSessionNotification) return 'terminate-session'
  if (notification.layoutChangedNotification) return 'layout-change'
  if (notification.focusChangedNotification) return 'focus-change'
  if (notification.broadcastDomainsChanged) return 'broadcast-change'
  return undefined
}

function keystrokeUnion(
  subscriptions: readonly Subscription[],
): NotificationRequest['keystrokeMonitorRequest'] {
  const advanced = subscriptions.some((one) => one.type === 'keystroke' && one.request?.advanced === true)
  return { advanced }
}

function patternUnion(subscriptions: readonly Subscription[]) {
  const patterns = subscriptions.flatMap((one) => (one.type === 'keystroke-filter' ? one.patterns : []))
  return [...new Map(patterns.map((pattern) => [JSON.stringify(pattern), pattern])).values()]
}

function promptMode(notification: PromptNotification): PromptMonitorMode | undefined {
  if (notification.prompt) return PromptMonitorMode.PROMPT
  if (notification.commandStart) return PromptMonitorMode.COMMAND_START
  if (notification.commandEnd) return PromptMonitorMode.COMMAND_END
  return undefined
}

function atLeast(version: ProtocolVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor)
}
