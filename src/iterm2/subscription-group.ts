/** All handlers of one group of subscriptions, and what the terminal is asked for on their behalf. */
import { isDeepStrictEqual } from 'node:util'
import {
  type Notification,
  type NotificationRequest,
  type NotificationResponse,
  NotificationResponseStatus as Status,
} from '../messages/iterm2.ts'
import type { NotificationHandler, ProtocolVersion, Subscription } from './api-types.ts'
import { Iterm2Error } from './errors.ts'
import { everyTarget, isWanted, toRequest } from './subscription-request.ts'

/** What a group needs of the connection. */
export interface SubscriptionPort {
  readonly protocolVersion: ProtocolVersion
  send(request: NotificationRequest): Promise<NotificationResponse>
  handlerFailed(error: unknown): void
}

export interface Registration {
  subscription: Subscription
  handler: NotificationHandler
}

export class SubscriptionGroup {
  readonly #port: SubscriptionPort
  readonly #registrations = new Map<string, Set<Registration>>()
  /** What the terminal has accepted, by target; repeated to the letter when unsubscribing. */
  readonly #accepted = new Map<string, NotificationRequest>()
  /** Targets for which the terminal may have to be asked again: a look at all of them at each change is slow with many. */
  #changed = new Set<string>()
  #connection = 0
  #lastUpdate: Promise<unknown> = Promise.resolve()

  constructor(port: SubscriptionPort) {
    this.#port = port
  }

  get isUnused(): boolean {
    return this.#registrations.size === 0 && this.#accepted.size === 0
  }

  add(target: string, registration: Registration): void {
    const existing = this.#registrations.get(target)
    if (existing === undefined) this.#registrations.set(target, new Set([registration]))
    else existing.add(registration)
    this.#changed.add(target)
  }

  remove(target: string, registration: Registration): void {
    const existing = this.#registrations.get(target)
    existing?.delete(registration)
    if (existing?.size === 0) this.#registrations.delete(target)
    this.#changed.add(target)
  }

  /** Whether anybody was there to be told. */
  dispatch(target: string, notification: Notification): boolean {
    const told = [
      ...(this.#registrations.get(target) ?? []),
      ...(target === everyTarget ? [] : (this.#registrations.get(everyTarget) ?? [])),
    ]
    for (const { subscription, handler } of told) {
      if (!isWanted(subscription, notification)) continue
      try {
        handler(notification)
      } catch (error) {
        this.#port.handlerFailed(error)
      }
    }
    return told.length > 0
  }

  /** The connection is gone, and with it everything the terminal had accepted. */
  forget(): void {
    this.#connection++
    this.#accepted.clear()
    this.#changed = new Set(this.#registrations.keys())
  }

  /**
   * Makes what the terminal sends match the handlers; one update at a time.
   * @returns what could not be subscribed to, by target
   */
  update(): Promise<Map<string, Iterm2Error>> {
    const update = this.#lastUpdate.then(() => this.#update())
    this.#lastUpdate = update
    return update
  }

  async #update(): Promise<Map<string, Iterm2Error>> {
    const changed = this.#takeChanged()
    const wanted = this.#wantedRequests(changed)
    const outdated = [...changed].flatMap((target): [string, NotificationRequest][] => {
      const request = this.#accepted.get(target)
      return request && !isDeepStrictEqual(request, wanted.get(target)) ? [[target, request]] : []
    })
    for (const [target] of outdated) this.#accepted.delete(target)
    const missing = [...wanted].filter(([target]) => !this.#accepted.has(target))
    const failures = new Map<string, Iterm2Error>()
    // All at once: the terminal takes them in this order, and the gap in between is as short as it can be.
    await Promise.all([
      ...outdated.map(([target, request]) => this.#unsubscribe(target, request, failures)),
      ...missing.map(([target, request]) => this.#subscribe(target, request, failures)),
    ])
    if (outdated.length > 0 && missing.length > 0) this.#closeGap()
    for (const target of failures.keys()) this.#changed.add(target)
    return failures
  }

  /** A subscription to all targets stands for those to single ones, so that with it each of them counts. */
  #takeChanged(): Set<string> {
    const changed = this.#changed
    this.#changed = new Set()
    const every = this.#registrations.has(everyTarget) || this.#accepted.has(everyTarget)
    return every ? new Set([...this.#registrations.keys(), ...this.#accepted.keys()]) : changed
  }

  /** One request per target, or a single one when somebody wants to hear of all targets. */
  #wantedRequests(changed: ReadonlySet<string>): Map<string, NotificationRequest> {
    const wanted = new Map<string, NotificationRequest>()
    const single = [...changed].filter((target) => target !== everyTarget)
    const targets = this.#registrations.has(everyTarget) ? [everyTarget] : single
    for (const target of targets) {
      const covered =
        target === everyTarget ? [...this.#registrations.values()] : [this.#registrations.get(target) ?? []]
      const [first, ...rest] = covered.flatMap((registrations) =>
        [...registrations].map((one) => one.subscription),
      )
      if (first !== undefined)
        wanted.set(target, toRequest([first, ...rest], target, this.#port.protocolVersion))
    }
    return wanted
  }

  async #subscribe(
    target: string,
    request: NotificationRequest,
    failures: Map<string, Iterm2Error>,
  ): Promise<void> {
    const connection = this.#connection
    try {
      const { status = Status.OK } = await this.#port.send(request)
      if (status !== Status.OK && status !== Status.ALREADY_SUBSCRIBED) throw refused(target, status)
      if (connection === this.#connection) this.#accepted.set(target, request)
    } catch (error) {
      failures.set(target, asIterm2Error(error))
    }
  }

  /** That it was not subscribed, or that the session is gone, is what we want; a lost connection too. */
  async #unsubscribe(
    target: string,
    request: NotificationRequest,
    failures: Map<string, Iterm2Error>,
  ): Promise<void> {
    try {
      await this.#port.send({ ...request, subscribe: false })
    } catch (error) {
      const failure = asIterm2Error(error)
      if (failure.code !== 'disconnected') failures.set(target, failure)
    }
  }

  /** A screen may have changed between two subscriptions; its notification has no content, so we can make one. */
  #closeGap(): void {
    for (const [target, registrations] of this.#registrations) {
      const isScreen = [...registrations].some((one) => one.subscription.type === 'screen-update')
      if (isScreen && target !== everyTarget) {
        this.dispatch(target, { screenUpdateNotification: { session: target } })
      }
    }
  }
}

function refused(target: string, status: number): Iterm2Error {
  const name = Object.entries(Status).find(([, value]) => value === status)?.[0] ?? `status ${status}`
  return new Iterm2Error('rejected', `The terminal refused the subscription (${name}) for "${target}".`, {
    status: name,
  })
}

function asIterm2Error(error: unknown): Iterm2Error {
  if (error instanceof Iterm2Error) return error
  return new Iterm2Error('rejected', `The subscription failed: ${String(error)}`, { cause: error })
}
