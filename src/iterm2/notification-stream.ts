import type { Notification } from '../messages/iterm2.ts'
import type { Subscriber, Subscription } from './api-types.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { NotificationStreamOptions } from './client-types.ts'

const defaultLimit = 1024

/**
 * The notifications of one subscription, to be read with `for await`. Subscribes when it is made and
 * unsubscribes when the loop is left. A reader that is too slow loses the oldest: see `dropped`.
 */
export class NotificationStream implements AsyncIterableIterator<Notification, undefined> {
  readonly #queue: BoundedQueue<Notification>
  readonly #options: NotificationStreamOptions
  readonly #subscribed: Promise<() => Promise<void>>
  readonly #ended: (stream: NotificationStream) => void
  readonly #end = () => void this.return()
  #isOver = false

  /** @param ended told once, when the stream is over */
  constructor(
    subscriber: Subscriber,
    subscription: Subscription,
    options: NotificationStreamOptions,
    ended: (stream: NotificationStream) => void,
  ) {
    this.#queue = new BoundedQueue(options.limit ?? defaultLimit)
    this.#options = options
    this.#ended = ended
    this.#subscribed = subscriber.subscribe(subscription, (notification) => this.#queue.push(notification))
    this.#subscribed.catch((error) => {
      this.#queue.end({ error })
      this.#finish()
    })
    options.signal?.addEventListener('abort', this.#end, { once: true })
    if (options.signal?.aborted) this.#end()
  }

  /** How many notifications were lost because they were not read in time. */
  get dropped(): number {
    return this.#queue.dropped
  }

  /** @throws {Iterm2Error} once, when the subscription was refused. */
  next(): Promise<IteratorResult<Notification, undefined>> {
    return this.#queue.next()
  }

  /** Ends the stream and unsubscribes; never throws. */
  async return(): Promise<IteratorResult<Notification, undefined>> {
    const result = await this.#queue.return()
    this.#finish()
    try {
      const unsubscribe = await this.#subscribed
      await unsubscribe()
    } catch {
      // Refused, or the connection is lost: either way there is no subscription left.
    }
    return result
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.signal?.removeEventListener('abort', this.#end)
    this.#ended(this)
  }
}
