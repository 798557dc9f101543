/** One client: its WebSocket, its requests in order, and the notifications to it. */
import type { Socket } from 'node:net'
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

/**
 * Milliseconds between two writes of notifications, half of the interval at which one session tells of its
 * screen. The first after a pause goes out at once; with fifty spinners the others share a write, which
 * costs host and client more than what is written.
 */
const gatherMs = 8

export class ClientConnection implements HostConnection {
  readonly id: number
  readonly #webSocket: WebSocket
  readonly #socket: Pick<Socket, 'cork' | 'uncork'>
  readonly #log: Logger
  #closed = false
  #closeListeners: Array<() => void> = []
  /** Notifications from before the first reply: some clients take the first message for it. */
  #early: Notification[] | undefined = []
  #unanswered = 0
  #unsentNotifications = 0
  #notifiedAt = Number.NEGATIVE_INFINITY
  /** Runs while what is sent is gathered. */
  #gathering: NodeJS.Timeout | undefined

  /** @param socket the one below the WebSocket */
  constructor(
    id: number,
    webSocket: WebSocket,
    socket: Pick<Socket, 'cork' | 'uncork'>,
    answer: AnswerRequest,
    log: Logger,
  ) {
    this.id = id
    this.#webSocket = webSocket
    this.#socket = socket
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
    this.#write()
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
    this.#gather()
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
    this.#write()
    this.#webSocket.close()
  }

  terminate(): void {
    this.#webSocket.terminate()
  }

  /** Soon after a write, the next one waits for what else there is to tell. */
  #gather(): void {
    if (this.#gathering) return
    const rest = this.#notifiedAt + gatherMs - performance.now()
    if (rest > 0) {
      this.#socket.cork()
      this.#gathering = setTimeout(() => this.#write(), rest)
    } else this.#notifiedAt = performance.now()
  }

  /** Writes what was gathered, in the order in which it was sent. */
  #write(): void {
    if (!this.#gathering) return
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    this.#notifiedAt = performance.now()
    this.#socket.uncork()
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
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    this.#early = undefined
    const listeners = this.#closeListeners
    this.#closeListeners = []
    for (const listener of listeners) listener()
  }
}
