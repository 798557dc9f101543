/**
 * An asynchronous queue that never holds more than `limit` items.
 *
 * Overflow policy: the oldest item is dropped and counted in `dropped`. What is newest says most about how
 * things are now, and a reader that sees `dropped` grow can read the whole state again.
 */
export class BoundedQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #limit: number
  readonly #items: T[] = []
  readonly #readers: Array<(result: IteratorResult<T, undefined> | Promise<never>) => void> = []
  #dropped = 0
  #closed = false
  #failure: { error: unknown } | undefined

  /** @throws {RangeError} when `limit` is not a whole number of at least 1. */
  constructor(limit: number) {
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new RangeError(`A queue limit of ${limit} makes no sense.`)
    this.#limit = limit
  }

  /** How many items were dropped because nobody read them in time. */
  get dropped(): number {
    return this.#dropped
  }

  /** Adds an item; ignored after the end. */
  push(item: T): void {
    if (this.#closed) return
    const reader = this.#readers.shift()
    if (reader !== undefined) {
      reader({ value: item, done: false })
      return
    }
    this.#items.push(item)
    if (this.#items.length <= this.#limit) return
    this.#items.shift()
    this.#dropped++
  }

  /** Ends the queue: what is in it can still be read. With an error, reading fails once after the last item. */
  end(failure?: { error: unknown }): void {
    if (this.#closed) return
    this.#closed = true
    this.#failure = failure
    for (const reader of this.#readers.splice(0)) reader(this.#ending())
  }

  /** The next item, as soon as there is one. Several readers are served in the order they asked. */
  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.#items.length > 0) return { value: this.#items.shift() as T, done: false }
    if (this.#closed) return this.#ending()
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  /** Leaves early: what was not read is forgotten. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.end()
    this.#items.length = 0
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #ending(): IteratorResult<T, undefined> | Promise<never> {
    const failure = this.#failure
    this.#failure = undefined
    return failure === undefined ? { value: undefined, done: true } : Promise.reject(failure.error)
  }
}
