/** Who wants to hear of what. One subscription per connection, type and session. */
import {
  type NotificationRequest,
  NotificationResponseStatus,
  NotificationType,
  PromptMonitorMode,
} from '../../messages/iterm2.ts'
import type { HostConnection } from '../handler.ts'

export interface Subscription {
  connection: HostConnection
  type: NotificationType
  /** A session id or `all`; empty for the types that concern no session. */
  session: string
  /** Prompt events that are wanted. */
  promptModes: ReadonlySet<PromptMonitorMode>
}

const sessionTypes = new Set<NotificationType | undefined>([
  NotificationType.NOTIFY_ON_KEYSTROKE,
  NotificationType.NOTIFY_ON_SCREEN_UPDATE,
  NotificationType.NOTIFY_ON_PROMPT,
  NotificationType.NOTIFY_ON_CUSTOM_ESCAPE_SEQUENCE,
  NotificationType.KEYSTROKE_FILTER,
])
const globalTypes = new Set<NotificationType | undefined>([
  NotificationType.NOTIFY_ON_NEW_SESSION,
  NotificationType.NOTIFY_ON_TERMINATE_SESSION,
  NotificationType.NOTIFY_ON_LAYOUT_CHANGE,
  NotificationType.NOTIFY_ON_FOCUS_CHANGE,
  NotificationType.NOTIFY_ON_BROADCAST_CHANGE,
])

const { OK, SESSION_NOT_FOUND, REQUEST_MALFORMED, NOT_SUBSCRIBED, ALREADY_SUBSCRIBED } =
  NotificationResponseStatus

export class Subscriptions {
  /** By type, then by connection, then by session. */
  readonly #byType = new Map<NotificationType, Map<HostConnection, Map<string, Subscription>>>()
  readonly #watched = new WeakSet<HostConnection>()
  readonly #resolveSession: (id: string) => string | undefined

  /** `resolveSession` gives the id that a session id or `active` means. */
  constructor(resolveSession: (id: string) => string | undefined) {
    this.#resolveSession = resolveSession
  }

  /** For the types that are about a session or about the whole host. */
  handle(request: NotificationRequest, connection: HostConnection): NotificationResponseStatus {
    const { subscribe, notificationType: type } = request
    if (subscribe === undefined || type === undefined) return REQUEST_MALFORMED
    if (globalTypes.has(type)) return this.#change(request, connection, type, '')
    if (!sessionTypes.has(type)) return REQUEST_MALFORMED
    if (request.session === 'all') {
      const status = this.#change(request, connection, type, 'all')
      return status === ALREADY_SUBSCRIBED ? OK : status
    }
    const wanted = request.session ?? ''
    const session = this.#resolveSession(wanted)
    // The session may be gone; its subscriptions are then, too.
    if (session === undefined) return SESSION_NOT_FOUND
    return this.#change(request, connection, type, session)
  }

  /** Every connection that wants to hear of `type` for a session, once each with all its subscriptions. */
  *interested(type: NotificationType, session = ''): Generator<[HostConnection, Subscription[]]> {
    for (const [connection, bySession] of this.#byType.get(type) ?? []) {
      const found = session === '' ? [bySession.get('')] : [bySession.get(session), bySession.get('all')]
      const subscriptions = found.filter((subscription) => subscription !== undefined)
      if (subscriptions.length > 0) yield [connection, subscriptions]
    }
  }

  forgetSession(session: string): void {
    for (const connections of this.#byType.values()) {
      for (const bySession of connections.values()) bySession.delete(session)
    }
  }

  #change(
    request: NotificationRequest,
    connection: HostConnection,
    type: NotificationType,
    session: string,
  ): NotificationResponseStatus {
    const held = this.#held(type, connection)
    if (!request.subscribe) return held.delete(session) ? OK : NOT_SUBSCRIBED
    if (held.has(session)) return ALREADY_SUBSCRIBED
    const modes = request.promptMonitorRequest?.modes ?? []
    const promptModes = new Set(modes.length > 0 ? modes : [PromptMonitorMode.PROMPT])
    held.set(session, { connection, type, session, promptModes })
    return OK
  }

  #held(type: NotificationType, connection: HostConnection): Map<string, Subscription> {
    const connections = this.#byType.get(type) ?? new Map<HostConnection, Map<string, Subscription>>()
    this.#byType.set(type, connections)
    const held = connections.get(connection) ?? new Map<string, Subscription>()
    connections.set(connection, held)
    if (!this.#watched.has(connection)) {
      this.#watched.add(connection)
      connection.onClose(() => this.#forgetConnection(connection))
    }
    return held
  }

  #forgetConnection(connection: HostConnection): void {
    for (const connections of this.#byType.values()) connections.delete(connection)
  }
}
