/** A value that goes on changing, for readers who only want the newest one. */
export class Latest<T> implements AsyncIterable<T> {
  readonly #readers = new Set<Reader<T>>()
  #value: { value: T } | undefined
  #ended = false

  /** The newest value, or undefined before the first. */
  get value(): T | undefined {
    return this.#value?.value
  }

  get ended(): boolean {
    return this.#ended
  }

  set(value: T): void {
    if (this.#ended) return
    this.#value = { value }
    for (const reader of this.#readers) reader.offer(value)
  }

  /** Ends all readers, after the value that they have not seen yet. */
  end(): void {
    this.#ended = true
    for (const reader of this.#readers) reader.wake()
  }

  /**
   * Begins with the present value. A reader that is slower than the changes misses those in between, never
   * the last: nothing is queued.
   */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    const reader = new Reader<T>()
    if (this.#value !== undefined) reader.offer(this.#value.value)
    this.#readers.add(reader)
    const leave = (): IteratorReturnResult<undefined> => {
      this.#readers.delete(reader)
      return { done: true, value: undefined }
    }
    return {
      next: async () => {
        while (true) {
          const taken = reader.take()
          if (taken !== undefined) return { done: false, value: taken.value }
          if (this.#ended) return leave()
          await reader.change()
        }
      },
      return: async () => leave(),
    }
  }
}

class Reader<T> {
  #pending: { value: T } | undefined
  #wake: (() => void) | undefined
  #changed: Promise<void> | undefined

  offer(value: T): void {
    this.#pending = { value }
    this.wake()
  }

  take(): { value: T } | undefined {
    const taken = this.#pending
    this.#pending = undefined
    return taken
  }

  change(): Promise<void> {
    this.#changed ??= new Promise((resolve) => {
      this.#wake = resolve
    })
    return this.#changed
  }

  wake(): void {
    this.#wake?.()
    this.#wake = undefined
    this.#changed = undefined
  }
}
