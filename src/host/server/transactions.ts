/**
 * Transactions: one connection at a time has the host for itself. No session changes until it is done,
 * and what other connections ask is kept and answered afterwards, in order.
 */
import { type TransactionResponse, TransactionResponseStatus } from '../../messages/iterm2.ts'
import type { HostConnection } from '../handler.ts'

export interface TransactionEffects {
  freeze(): void
  thaw(): void
  /** The owner let the time pass. */
  timedOut(connection: HostConnection): void
}

interface Waiting {
  connection: HostConnection
  run: () => void
}

/**
 * Milliseconds after which a transaction is ended for its owner. iTerm2 knows no limit; a client that
 * hangs must not stop every agent.
 */
export const transactionTimeoutMs = 30_000

export class Transactions {
  #owner: HostConnection | undefined
  #timer: NodeJS.Timeout | undefined
  #waiting: Waiting[] = []
  /** Connections whose end is listened to. */
  readonly #watched = new WeakSet<HostConnection>()
  readonly #effects: TransactionEffects
  readonly #timeoutMs: number

  constructor(effects: TransactionEffects, timeoutMs = transactionTimeoutMs) {
    this.#effects = effects
    this.#timeoutMs = timeoutMs
  }

  get active(): boolean {
    return this.#owner !== undefined
  }

  /** Runs now, or when the transaction of another connection is over. */
  run(connection: HostConnection, run: () => void): void {
    const next = this.#owner === undefined ? this.#waiting.length === 0 : this.#owner === connection
    if (next) run()
    else this.#waiting.push({ connection, run })
  }

  handle(begin: boolean, connection: HostConnection): TransactionResponse {
    if (begin) {
      if (this.#owner) return { status: TransactionResponseStatus.ALREADY_IN_TRANSACTION }
      this.#begin(connection)
    } else {
      if (this.#owner !== connection) return { status: TransactionResponseStatus.NO_TRANSACTION }
      this.#end(connection)
    }
    return { status: TransactionResponseStatus.OK }
  }

  #begin(connection: HostConnection): void {
    this.#owner = connection
    this.#timer = setTimeout(() => {
      this.#effects.timedOut(connection)
      this.#end(connection)
    }, this.#timeoutMs)
    this.#effects.freeze()
    if (this.#watched.has(connection)) return
    this.#watched.add(connection)
    connection.onClose(() => this.#end(connection))
  }

  #end(connection: HostConnection): void {
    if (this.#owner !== connection) return
    this.#owner = undefined
    clearTimeout(this.#timer)
    this.#effects.thaw()
    // Later, so that the owner's reply goes out before theirs.
    queueMicrotask(() => this.#runWaiting())
  }

  /** One that waited may begin a transaction of its own; the others then go on waiting. */
  #runWaiting(): void {
    for (;;) {
      const index = this.#waiting.findIndex(
        ({ connection }) => this.#owner === undefined || this.#owner === connection,
      )
      const [next] = index === -1 ? [] : this.#waiting.splice(index, 1)
      if (!next) return
      next.run()
    }
  }
}
