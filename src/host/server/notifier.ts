/** Tells subscribers what happens in the host. */
import { type Notification, NotificationType, PromptMonitorMode } from '../../messages/iterm2.ts'
import type { BroadcastDomains } from '../documents/broadcast-domains.ts'
import type { Host } from '../host.ts'
import type { HostSession, PromptEvent } from '../session-types.ts'
import { listSessions, type TitleOf } from './list-sessions.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface NotifierSources {
  host: Host
  broadcast: BroadcastDomains
  titleOf: TitleOf
}

/** Connects the events of the host, and of every session it will ever have, with the subscriptions. */
export function startNotifier(
  subscriptions: Subscriptions,
  { host, broadcast, titleOf }: NotifierSources,
): void {
  const tellAll = (type: NotificationType, make: () => Notification, session = '') => {
    let notification: Notification | undefined
    for (const [connection] of subscriptions.interested(type, session)) {
      notification ??= make()
      connection.notify(notification)
    }
  }
  host.on('new-session', (session) => {
    watchSession(session, subscriptions, tellAll)
    tellAll(NotificationType.NOTIFY_ON_NEW_SESSION, () => ({
      newSessionNotification: { sessionId: session.id },
    }))
  })
  host.on('terminate-session', (sessionId) => {
    tellAll(NotificationType.NOTIFY_ON_TERMINATE_SESSION, () => ({
      terminateSessionNotification: { sessionId },
    }))
  })
  host.on('session-closed', (id) => subscriptions.forgetSession(id))
  host.on('layout', () => {
    tellAll(NotificationType.NOTIFY_ON_LAYOUT_CHANGE, () => ({
      layoutChangedNotification: { listSessionsResponse: listSessions(host.layout, titleOf) },
    }))
  })
  host.on('focus', (focusChangedNotification) => {
    tellAll(NotificationType.NOTIFY_ON_FOCUS_CHANGE, () => ({ focusChangedNotification }))
  })
  broadcast.on('change', (broadcastDomains) => {
    tellAll(NotificationType.NOTIFY_ON_BROADCAST_CHANGE, () => ({
      broadcastDomainsChanged: { broadcastDomains },
    }))
  })
}

type TellAll = (type: NotificationType, make: () => Notification, session: string) => void

function watchSession(session: HostSession, subscriptions: Subscriptions, tellAll: TellAll): void {
  const { id } = session
  session.on('screen', () => {
    tellAll(
      NotificationType.NOTIFY_ON_SCREEN_UPDATE,
      () => ({ screenUpdateNotification: { session: id } }),
      id,
    )
  })
  session.on('custom-escape', (senderIdentity, payload) => {
    const customEscapeSequenceNotification = { session: id, senderIdentity, payload }
    const type = NotificationType.NOTIFY_ON_CUSTOM_ESCAPE_SEQUENCE
    tellAll(type, () => ({ customEscapeSequenceNotification }), id)
  })
  session.on('prompt', (event) => {
    const { mode, notification } = describePrompt(id, event)
    for (const [connection, held] of subscriptions.interested(NotificationType.NOTIFY_ON_PROMPT, id)) {
      if (held.some(({ promptModes }) => promptModes.has(mode))) connection.notify(notification)
    }
  })
}

function describePrompt(
  session: string,
  event: PromptEvent,
): { mode: PromptMonitorMode; notification: Notification } {
  switch (event.kind) {
    case 'prompt': {
      const { uniquePromptId, excludedSubranges: _, ...prompt } = event.prompt
      const promptNotification = {
        session,
        prompt: { prompt: { ...prompt, uniquePromptId } },
        uniquePromptId,
      }
      return { mode: PromptMonitorMode.PROMPT, notification: { promptNotification } }
    }
    case 'command-start': {
      const promptNotification = {
        session,
        commandStart: { command: event.command },
        uniquePromptId: event.promptId,
      }
      return { mode: PromptMonitorMode.COMMAND_START, notification: { promptNotification } }
    }
    case 'command-end': {
      const promptNotification = {
        session,
        commandEnd: { status: event.status },
        uniquePromptId: event.promptId,
      }
      return { mode: PromptMonitorMode.COMMAND_END, notification: { promptNotification } }
    }
  }
}
