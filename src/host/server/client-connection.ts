/** One client: its WebSocket, its requests in order, and the notifications to it. */
import type { WebSocket } from 'ws'
import { errorMessage } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import { encodeServerMessage } from '../../messages/codec.ts'
import type { Notification } from '../../messages/iterm2.ts'
import type { HostConnection } from '../handler.ts'
import { type Envelope, openEnvelope, sealEnvelope } from './envelope.ts'

/** Answers a message; the reply goes through `connection.reply`. */
export type AnswerRequest = (envelope: Envelope, connection: ClientConnection) => void

/** Requests without an answer above which no more are read from the connection. */
const maxUnanswered = 256
/** Bytes not yet taken by the client above which no more requests are read from it. */
const maxUnsentBytes = 16 * 1024 * 1024
/**
 * Bytes of notifications that a client may leave unread: some days of screen updates of one session. One
 * that lets more lie does not read at all, and is disconnected.
 */
const maxUnsentNotifications = 16 * 1024 * 1024

export class ClientConnection implements HostConnection {
  readonly id: number
  readonly #webSocket: WebSocket
  readonly #log: Logger
  #closed = false
  #closeListeners: Array<() => void> = []
  /** Notifications from before the first reply: some clients take the first message for it. */
  #early: Notification[] | undefined = []
  #unanswered = 0
  #unsentNotifications = 0

  constructor(id: number, webSocket: WebSocket, answer: AnswerRequest, log: Logger) {
    this.id = id
    this.#webSocket = webSocket
    this.#log = log
    webSocket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return
      this.#unanswered += 1
      this.#regulate()
      answer(openEnvelope(data), this)
    })
    // Broken frames and clients that vanish: the close event follows.
    webSocket.on('error', (error) =>
      log.info({ connection: id, problem: errorMessage(error) }, 'connection broken'),
    )
    webSocket.on('close', () => this.#end())
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Sends an encoded reply to the request with this id. */
  reply(id: Uint8Array, message: Uint8Array): void {
    this.answered()
    this.#send(sealEnvelope(id, message), () => this.#regulate())
    const early = this.#early
    this.#early = undefined
    for (const notification of early ?? []) this.notify(notification)
  }

  /** A request is done; one that nothing could be replied to, when called from outside. */
  answered(): void {
    this.#unanswered -= 1
    this.#regulate()
  }

  notify(notification: Notification): void {
    if (this.#closed) return
    if (this.#early) {
      this.#early.push(notification)
      return
    }
    const bytes = encodeServerMessage({ notification })
    this.#unsentNotifications += bytes.length
    if (this.#unsentNotifications > maxUnsentNotifications) {
      this.#log.warn({ connection: this.id }, 'disconnected: the client does not read its notifications')
      this.#webSocket.terminate()
      return
    }
    this.#send(bytes, () => {
      this.#unsentNotifications -= bytes.length
    })
  }

  onClose(listener: () => void): void {
    if (this.#closed) listener()
    else this.#closeListeners.push(listener)
  }

  /** Says goodbye; the client's answer is not waited for long. */
  close(): void {
    this.#webSocket.close()
  }

  terminate(): void {
    this.#webSocket.terminate()
  }

  #send(bytes: Uint8Array, sent: () => void): void {
    if (this.#closed) return
    this.#webSocket.send(bytes, { binary: true, compress: false }, sent)
  }

  /** Reads on only while the client takes the answers to what it asked. */
  #regulate(): void {
    if (this.#closed) return
    const busy = this.#unanswered > maxUnanswered || this.#webSocket.bufferedAmount > maxUnsentBytes
    if (busy && !this.#webSocket.isPaused) this.#webSocket.pause()
    if (!busy && this.#webSocket.isPaused) this.#webSocket.resume()
  }

  #end(): void {
    this.#closed = true
    this.#early = undefined
    const listeners = this.#closeListeners
    this.#closeListeners = []
    for (const listener of listeners) listener()
  }
}
