/** Shares the subscriptions of one connection among many handlers, and makes them again after a reconnect. */
import type { Notification } from '../messages/iterm2.ts'
import type { NotificationHandler, Subscription } from './api-types.ts'
import type { Iterm2Error } from './errors.ts'
import { type Registration, SubscriptionGroup, type SubscriptionPort } from './subscription-group.ts'
import { everyTarget, routeOf, routeOfNotification } from './subscription-request.ts'

export class Subscriptions {
  readonly #port: SubscriptionPort
  readonly #groups = new Map<string, SubscriptionGroup>()

  constructor(port: SubscriptionPort) {
    this.#port = port
  }

  /**
   * Calls `handler` for every notification of the subscription until the returned function is called.
   * @throws {Iterm2Error} when the terminal refuses it or cannot be reached.
   */
  async add(subscription: Subscription, handler: NotificationHandler): Promise<() => Promise<void>> {
    const { group: name, target } = routeOf(subscription)
    const group = this.#group(name)
    const registration: Registration = { subscription, handler }
    group.add(target, registration)
    const failures = await group.update()
    const failure = failures.get(target) ?? failures.get(everyTarget)
    if (failure !== undefined) {
      group.remove(target, registration)
      // The handlers that were there before may need their own arguments back.
      await group.update()
      this.#drop(name, group)
      throw failure
    }
    let removal: Promise<void> | undefined
    return () => {
      removal ??= this.#remove(name, group, target, registration)
      return removal
    }
  }

  /** Gives a notification to its handlers; false when there were none. */
  dispatch(notification: Notification): boolean {
    const route = routeOfNotification(notification)
    if (route === undefined) return false
    return this.#groups.get(route.group)?.dispatch(route.target, notification) ?? false
  }

  /** The connection is gone. */
  forget(): void {
    for (const group of this.#groups.values()) group.forget()
  }

  /** Makes all subscriptions on a new connection; gives the ones that failed, such as those of ended sessions. */
  async restore(): Promise<Iterm2Error[]> {
    const failures = await Promise.all([...this.#groups.values()].map((group) => group.update()))
    return failures.flatMap((failed) => [...failed.values()])
  }

  async #remove(
    name: string,
    group: SubscriptionGroup,
    target: string,
    registration: Registration,
  ): Promise<void> {
    group.remove(target, registration)
    const failures = await group.update()
    this.#drop(name, group)
    const failure = failures.get(target)
    if (failure !== undefined) throw failure
  }

  #group(name: string): SubscriptionGroup {
    const existing = this.#groups.get(name)
    if (existing !== undefined) return existing
    const group = new SubscriptionGroup(this.#port)
    this.#groups.set(name, group)
    return group
  }

  #drop(name: string, group: SubscriptionGroup): void {
    if (group.isUnused && this.#groups.get(name) === group) this.#groups.delete(name)
  }
}
