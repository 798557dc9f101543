/** Groups of sessions that receive what is typed into any one of them. */
import { EventEmitter } from 'eventemitter3'
import { type BroadcastDomain, SetBroadcastDomainsResponseStatus } from '../../messages/iterm2.ts'
import type { RequestHandlers } from '../handler.ts'

interface BroadcastEvents {
  /** The domains are different from what they were. */
  change: [domains: BroadcastDomain[]]
}

export class BroadcastDomains extends EventEmitter<BroadcastEvents> {
  #domains: string[][] = []

  list(): BroadcastDomain[] {
    return this.#domains.map((sessionIds) => ({ sessionIds }))
  }

  /** Everyone who receives what is typed into the session, itself included. */
  receiversOf(sessionId: string): string[] {
    return this.#domains.find((domain) => domain.includes(sessionId)) ?? [sessionId]
  }

  isBroadcast(sessionId: string): boolean {
    return this.#domains.some((domain) => domain.includes(sessionId))
  }

  replace(domains: string[][]): void {
    const next = domains.filter((domain) => domain.length > 0)
    if (JSON.stringify(next) === JSON.stringify(this.#domains)) return
    this.#domains = next
    this.emit('change', this.list())
  }

  /** Takes a session that is gone out of its domain. */
  forget(sessionId: string): void {
    this.replace(this.#domains.map((domain) => domain.filter((id) => id !== sessionId)))
  }
}

/** `windowOf` gives the window of a session, `undefined` when there is no such session. */
export function broadcastHandlers(
  broadcast: BroadcastDomains,
  windowOf: (sessionId: string) => string | undefined,
): Pick<RequestHandlers, 'getBroadcastDomains' | 'setBroadcastDomains'> {
  const status = SetBroadcastDomainsResponseStatus
  return {
    getBroadcastDomains: () => ({ broadcastDomains: broadcast.list() }),
    setBroadcastDomains({ broadcastDomains = [] }) {
      const domains = broadcastDomains.map(({ sessionIds = [] }) => sessionIds)
      const ids = domains.flat()
      if (ids.some((id) => windowOf(id) === undefined)) return { status: status.SESSION_NOT_FOUND }
      if (new Set(ids).size < ids.length) return { status: status.BROADCAST_DOMAINS_NOT_DISJOINT }
      const sameWindow = domains.every((domain) => new Set(domain.map(windowOf)).size <= 1)
      if (!sameWindow) return { status: status.SESSIONS_NOT_IN_SAME_WINDOW }
      broadcast.replace(domains)
      return { status: status.OK }
    },
  }
}
