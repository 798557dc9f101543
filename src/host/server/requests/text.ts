/** Requests that put bytes into sessions: typed ones, and ones that count as output. */
import { InjectResponseStatus, SendTextResponseStatus } from '../../../messages/iterm2.ts'
import type { BroadcastDomains } from '../../documents/broadcast-domains.ts'
import type { RequestHandlers } from '../../handler.ts'
import type { Host } from '../../host.ts'
import type { HostSession } from '../../session-types.ts'
import type { Transactions } from '../transactions.ts'

/** UTF-16 units that may wait for the program of a session before typing into it is answered late. */
const maxQueuedText = 4 * 1024 * 1024

export interface TextDeps {
  host: Host
  broadcast: BroadcastDomains
  transactions: Transactions
}

export function textHandlers({
  host,
  broadcast,
  transactions,
}: TextDeps): Pick<RequestHandlers, 'sendText' | 'inject'> {
  const queued = new WeakMap<HostSession, number>()

  return {
    sendText({ session = '', text = '', suppressBroadcast }) {
      const targets = (host.resolve(session) ?? []).filter((target) => !target.exited)
      if (targets.length === 0 && session !== 'all')
        return { status: SendTextResponseStatus.SESSION_NOT_FOUND }
      const receivers = suppressBroadcast ? targets : withBroadcast(targets, host, broadcast)
      const done = { status: SendTextResponseStatus.OK }
      if (text === '') return done
      const late = receivers.flatMap((receiver) => type(receiver, text, queued) ?? [])
      return late.length === 0 ? done : Promise.all(late).then(() => done)
    },

    async inject({ sessionId = [], data = new Uint8Array() }) {
      const status = sessionId.map((id) => {
        const targets = host.resolve(id)
        if (!targets) return InjectResponseStatus.SESSION_NOT_FOUND
        const parsed = Promise.all(targets.map((target) => target.feed(data)))
        // Nothing is parsed within a transaction: waiting for it would be waiting for ever.
        return transactions.active ? InjectResponseStatus.OK : parsed.then(() => InjectResponseStatus.OK)
      })
      return { status: await Promise.all(status) }
    },
  }
}

function withBroadcast(targets: HostSession[], host: Host, broadcast: BroadcastDomains): HostSession[] {
  const ids = new Set(targets.flatMap((target) => broadcast.receiversOf(target.id)))
  return [...ids].flatMap((id) => host.find(id) ?? []).filter((receiver) => !receiver.exited)
}

/** Typing is answered when it is queued, as long as the queue is bearable. */
function type(
  session: HostSession,
  text: string,
  queued: WeakMap<HostSession, number>,
): Promise<unknown> | undefined {
  const before = queued.get(session) ?? 0
  queued.set(session, before + text.length)
  const written = session
    .write(text)
    .finally(() => queued.set(session, (queued.get(session) ?? 0) - text.length))
  return before + text.length > maxQueuedText ? written : undefined
}
