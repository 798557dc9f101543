import { EventEmitter } from 'eventemitter3'
import { Coalesced } from '../coalesce.ts'
import type { Connection } from '../connection.ts'
import { Iterm2Error } from '../errors.ts'
import { Latest } from '../latest.ts'
import { readScreen } from './read.ts'
import type { Screen } from './screen.ts'

/** Milliseconds until a reading that failed is tried again, so that the last change is not missed. */
const retryAfterMs = 1000

export interface ScreenStreamEvents {
  /** The screen looks different from the one before. */
  screen: [screen: Screen]
  /** The session's program ended; its last screen was read. It may be restarted, so the stream goes on. */
  exit: []
  /** A reading failed. It is tried again. */
  error: [error: Iterm2Error]
  /** The session is gone, or the stream was closed. */
  end: []
}

/** Called at each change that the terminal tells of; calls `read` then or later, but always after the last. */
export type ScreenPacing = (read: () => void) => void

/**
 * Begins to follow the screen of a session.
 * @param pacing when a change is read; without it at once
 * @throws {Iterm2Error} `rejected` with SESSION_NOT_FOUND, and as a request.
 */
export async function streamScreen(
  connection: Connection,
  session: string,
  pacing?: ScreenPacing,
): Promise<ScreenStream> {
  const stream = new ScreenStream(connection, session, pacing)
  await stream.start()
  return stream
}

/**
 * The screen of a session as it changes: by events, or as an async iterable whose first value is the
 * present screen.
 *
 * However many changes are notified, one GetBuffer is in flight at most, and one more follows if another
 * notification came in meanwhile: the last change is always seen. Readers get the newest screen only; one
 * that is slower than the changes misses those in between. After a reconnect the screen is read again.
 */
export class ScreenStream extends EventEmitter<ScreenStreamEvents> implements AsyncIterable<Screen> {
  readonly session: string
  readonly #connection: Connection
  readonly #pacing: ScreenPacing | undefined
  readonly #reading = new Coalesced(() => this.#read())
  readonly #latest = new Latest<Screen>()
  readonly #polls = new Set<NodeJS.Timeout>()
  readonly #stops: (() => Promise<void>)[] = []
  #retry: NodeJS.Timeout | undefined
  #closing: Promise<unknown> | undefined

  constructor(connection: Connection, session: string, pacing?: ScreenPacing) {
    super()
    this.#connection = connection
    this.session = session
    this.#pacing = pacing
  }

  /** The newest screen that was read. */
  get latest(): Screen | undefined {
    return this.#latest.value
  }

  get ended(): boolean {
    return this.#latest.ended
  }

  /** Subscribes, then reads for the first time. Called by {@link streamScreen}. */
  async start(): Promise<void> {
    this.#connection.on('reconnected', this.#refreshQuietly)
    this.#connection.on('closed', this.#finish)
    try {
      await this.#subscribe()
      await this.#reading.request()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /**
   * Reads the screen now. Resolves with a screen that was read after this call.
   * @throws {Iterm2Error} as reading does; `rejected` when the session is gone.
   */
  async refresh(): Promise<Screen> {
    await this.#reading.request()
    const screen = this.#latest.value
    if (screen === undefined)
      throw new Iterm2Error('aborted', 'The stream was closed before the first screen.')
    return screen
  }

  /**
   * Reads every `intervalMs` milliseconds as well, until the returned function is called: iTerm2 notifies
   * only about once a second while the session's tab is hidden. A tick that finds a reading under way is
   * dropped, so a slow terminal is not flooded.
   */
  poll(intervalMs: number): () => void {
    const timer = setInterval(() => {
      if (!this.#reading.busy) this.#refreshQuietly()
    }, intervalMs)
    timer.unref()
    this.#polls.add(timer)
    return () => {
      clearInterval(timer)
      this.#polls.delete(timer)
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<Screen, undefined> {
    return this.#latest[Symbol.asyncIterator]()
  }

  /** Ends the stream and its subscriptions. Never throws. */
  async close(): Promise<void> {
    this.#finish()
    this.#closing ??= Promise.allSettled(this.#stops.splice(0).map((stop) => stop()))
    await this.#closing
  }

  async #subscribe(): Promise<void> {
    const { session } = this
    const updates = { type: 'screen-update', session } as const
    this.#stops.push(await this.#connection.subscribe(updates, this.#changed))
    const exited = await this.#connection.subscribe({ type: 'terminate-session' }, (notification) => {
      if (notification.terminateSessionNotification?.sessionId === session) this.#exited()
    })
    this.#stops.push(exited)
  }

  readonly #changed = (): void => {
    if (this.#pacing) this.#pacing(this.#refreshQuietly)
    else this.#refreshQuietly()
  }

  /** The program's last words may have come without a notification of their own. */
  #exited(): void {
    this.#reading.request().then(
      () => {
        if (!this.ended) this.emit('exit')
      },
      () => undefined,
    )
  }

  /** A failed reading is told by its own event and tried again; no one waits for this one. */
  readonly #refreshQuietly = (): void => {
    if (!this.ended) this.#reading.request().catch(() => undefined)
  }

  async #read(): Promise<void> {
    if (this.ended) return
    clearTimeout(this.#retry)
    try {
      const before = this.#latest.value
      const screen = await readScreen(this.#connection, this.session, before)
      if (this.ended || before?.equals(screen)) return
      this.#latest.set(screen)
      this.emit('screen', screen)
    } catch (error) {
      this.#failed(error)
      throw error
    }
  }

  #failed(error: unknown): void {
    if (this.ended || !(error instanceof Iterm2Error)) return
    if (error.status === 'SESSION_NOT_FOUND') {
      void this.close()
    } else if (error.code !== 'disconnected') {
      this.#retry = setTimeout(this.#refreshQuietly, retryAfterMs)
      this.#retry.unref()
      this.emit('error', error)
    }
  }

  readonly #finish = (): void => {
    if (this.ended) return
    this.#connection.off('reconnected', this.#refreshQuietly)
    this.#connection.off('closed', this.#finish)
    clearTimeout(this.#retry)
    for (const timer of this.#polls) clearInterval(timer)
    this.#polls.clear()
    this.#latest.end()
    this.emit('end')
  }
}
