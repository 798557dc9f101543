/** Notifications as an async iterable of something better to read. */
import type { Notification } from '../messages/iterm2.ts'
import type { Subscription } from './api-types.ts'
import { BoundedQueue } from './bounded-queue.ts'
import type { Connection } from './connection.ts'

/** Items that a monitor keeps for a slow reader; beyond it the oldest are dropped and counted. */
const defaultLimit = 1024

export interface MonitorOptions {
  /** Items kept for a slow reader; 1024. */
  limit?: number
}

/**
 * What happened, in order, from the moment the monitor was opened, read or not. A reader that falls more
 * than the limit behind loses the oldest items; {@link dropped} counts them. Leaving a `for await` loop
 * closes the monitor; closing the client ends it.
 */
export class Monitor<T> implements AsyncIterableIterator<T, undefined> {
  readonly #queue: BoundedQueue<T>
  readonly #stops: (() => Promise<void>)[] = []

  constructor(connection: Connection, options: MonitorOptions = {}) {
    this.#queue = new BoundedQueue(options.limit ?? defaultLimit)
    this.listen(connection, 'closed', () => this.#queue.end())
  }

  get dropped(): number {
    return this.#queue.dropped
  }

  push(item: T): void {
    this.#queue.push(item)
  }

  /** Has `stop` called when the monitor is closed. */
  onClose(stop: () => Promise<void>): void {
    this.#stops.push(stop)
  }

  /** Calls `listener` on an event of the connection, as long as the monitor is open. */
  listen(connection: Connection, event: 'reconnected' | 'closed', listener: () => void): void {
    connection.on(event, listener)
    this.onClose(async () => void connection.off(event, listener))
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return this.#queue.next()
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.close()
    return this.#queue.return()
  }

  /** Ends the monitor; items already there can still be read. Never throws. */
  async close(): Promise<void> {
    this.#queue.end()
    await Promise.allSettled(this.#stops.splice(0).map((stop) => stop()))
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/**
 * Opens a monitor on one subscription. `translate` gives undefined for what is of no interest.
 * @throws {Iterm2Error} `rejected` with the terminal's status.
 */
export async function openMonitor<T>(
  connection: Connection,
  subscription: Subscription,
  translate: (notification: Notification) => T | undefined,
  options?: MonitorOptions,
): Promise<Monitor<T>> {
  const monitor = new Monitor<T>(connection, options)
  try {
    const stop = await connection.subscribe(subscription, (notification) => {
      const item = translate(notification)
      if (item !== undefined) monitor.push(item)
    })
    monitor.onClose(stop)
  } catch (error) {
    await monitor.close()
    throw error
  }
  return monitor
}
