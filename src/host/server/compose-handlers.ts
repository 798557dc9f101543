/** The handler of every request. */
import type { Logger } from '../../lib/logger.ts'
import { NotificationType } from '../../messages/iterm2.ts'
import type { RequestHandlers } from '../handler.ts'
import type { Host } from '../host.ts'
import type { ProfileStore } from '../profiles/profile-store.ts'
import type { Scripting } from '../scripting/scripting.ts'
import { describeFocus, listSessions } from './list-sessions.ts'
import { arrangeHandlers } from './requests/arrange.ts'
import { getBufferHandler } from './requests/buffer.ts'
import { lifecycleHandlers } from './requests/lifecycle.ts'
import { openHandlers } from './requests/open.ts'
import { promptHandlers } from './requests/prompts.ts'
import { propertyHandlers } from './requests/properties.ts'
import { textHandlers } from './requests/text.ts'
import { unsupportedHandlers } from './requests/unsupported.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Transactions } from './transactions.ts'

export interface HandlerSources {
  host: Host
  scripting: Scripting
  profiles: ProfileStore
  subscriptions: Subscriptions
  transactions: Transactions
  log: Logger
}

/** Subscriptions that are not about a session or the whole host. */
const scriptingTypes = new Set<NotificationType | undefined>([
  NotificationType.NOTIFY_ON_VARIABLE_CHANGE,
  NotificationType.NOTIFY_ON_SERVER_ORIGINATED_RPC,
])

export function composeHandlers(sources: HandlerSources): RequestHandlers {
  const { host, scripting, profiles, subscriptions, transactions, log } = sources
  return {
    ...scripting.handlers,
    ...textHandlers({ host, broadcast: scripting.broadcast, transactions }),
    ...promptHandlers(host),
    ...propertyHandlers(host),
    ...openHandlers({ host, store: profiles, log }),
    ...lifecycleHandlers(host),
    ...arrangeHandlers(host),
    ...unsupportedHandlers(host),
    getBuffer: getBufferHandler(host),
    listSessions: () => listSessions(host.layout, scripting.titleOf),
    focus: () => describeFocus(host.layout),
    transaction: ({ begin = false }, connection) => transactions.handle(begin, connection),
    notification(request, connection) {
      const owner = scriptingTypes.has(request.notificationType) ? scripting.subscribe : undefined
      return { status: owner ? owner(request, connection) : subscriptions.handle(request, connection) }
    },
  }
}
