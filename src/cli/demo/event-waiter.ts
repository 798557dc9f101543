/** Waits for particular events of a stream; those that came before the question count too. */
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { OrchEvent } from '../event-text.ts'

/** An event with the time at which this process got it, in milliseconds of the epoch with fractions. */
export interface SeenEvent<T extends OrchEvent = OrchEvent> {
  event: T
  at: number
}

/** Longest wait for one event; everything in the demo takes a few seconds at most. */
const waitMs = 20_000

export class EventWaiter {
  /** Resolves when the stream is over. */
  readonly ended: Promise<void>
  readonly #seen: SeenEvent[] = []
  readonly #changed = new Set<() => void>()
  readonly #interrupted: AbortSignal
  #failure: string | undefined

  constructor(events: AsyncIterable<OrchEvent>, interrupted: AbortSignal) {
    this.#interrupted = interrupted
    this.ended = this.#collect(events)
  }

  /**
   * The first event that is wanted, of those seen so far or those to come.
   *
   * @param what names it in the error
   * @throws {OrchError} `timeout` when it does not come.
   */
  async first<T extends OrchEvent>(
    what: string,
    wanted: (event: OrchEvent) => event is T,
  ): Promise<SeenEvent<T>> {
    const deadline = Date.now() + waitMs
    for (;;) {
      for (const { event, at } of this.#seen) if (wanted(event)) return { event, at }
      if (this.#interrupted.aborted) throw new OrchError('failed', 'interrupted')
      if (this.#failure !== undefined) throw new OrchError('failed', this.#failure)
      const left = deadline - Date.now()
      if (left <= 0) throw new OrchError('timeout', `${what} did not happen within ${waitMs / 1000} seconds`)
      await this.#change(left)
    }
  }

  async #collect(events: AsyncIterable<OrchEvent>): Promise<void> {
    try {
      for await (const event of events) {
        this.#seen.push({ event, at: performance.timeOrigin + performance.now() })
        this.#announce()
      }
      this.#failure = 'the stream of events ended'
    } catch (error) {
      this.#failure = errorMessage(error)
    }
    this.#announce()
  }

  #announce(): void {
    for (const announce of [...this.#changed]) announce()
  }

  async #change(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        this.#changed.delete(finish)
        this.#interrupted.removeEventListener('abort', finish)
        resolve()
      }
      const timer = setTimeout(finish, timeoutMs)
      this.#changed.add(finish)
      this.#interrupted.addEventListener('abort', finish)
    })
  }
}
