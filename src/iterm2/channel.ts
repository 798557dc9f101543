/** One open connection: requests and their replies, notifications, and the end of it. */
import type { RawData, WebSocket } from 'ws'
import { afterAwake } from '../lib/awake-time.ts'
import { systemClock } from '../lib/clock.ts'
import { errorMessage } from '../lib/errors.ts'
import { decodeServerMessage, encodeClientMessage } from '../messages/codec.ts'
import type { ClientOriginatedMessage, Notification, ServerOriginatedMessage } from '../messages/iterm2.ts'
import type { RequestName, RequestPayload, ResponsePayload } from '../messages/requests.ts'
import type { ProtocolVersion } from './api-types.ts'
import { Iterm2Error } from './errors.ts'
import type { OpenSocket } from './transport.ts'

export interface ChannelListener {
  notification(notification: Notification): void
  /** Bytes that are no message of the protocol; the connection goes on. */
  undecodable(error: Iterm2Error): void
  /** Once, after all pending requests have failed. */
  closed(reason: string): void
}

interface Pending {
  name: RequestName
  resolve(message: ServerOriginatedMessage): void
  reject(error: Iterm2Error): void
}

/** Milliseconds; the terminal answers a close frame at once or just drops the connection. */
const closeTimeoutMs = 1_000

/** Seven bytes of seven bits each are enough for every id that we ever send. */
const maxIdBytes = 7

export class Channel {
  readonly protocolVersion: ProtocolVersion
  readonly #webSocket: WebSocket
  readonly #listener: ChannelListener
  readonly #pending = new Map<number, Pending>()
  readonly #closed: Promise<void>
  /** Counts from 1: a notification has no id, which reads as 0. */
  #lastId = 0

  constructor({ webSocket, protocolVersion }: OpenSocket, listener: ChannelListener) {
    this.protocolVersion = protocolVersion
    this.#webSocket = webSocket
    this.#listener = listener
    let failure: string | undefined
    webSocket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    webSocket.on('error', (error) => {
      failure = error.message
    })
    this.#closed = new Promise((resolve) => {
      webSocket.on('close', () => {
        this.#end(failure ?? 'the terminal closed the connection')
        resolve()
      })
    })
    webSocket.resume()
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN
  }

  /** @throws {Iterm2Error} as {@link Requester.request}. */
  request<N extends RequestName>(
    name: N,
    payload: RequestPayload<N>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<ResponsePayload<N>> {
    if (!this.isOpen) return Promise.reject(disconnected(name))
    if (signal?.aborted) return Promise.reject(aborted(name, signal))
    const id = ++this.#lastId
    let bytes: Uint8Array
    try {
      bytes = encodeClientMessage({ id, [`${name}Request`]: payload } satisfies ClientOriginatedMessage)
    } catch (cause) {
      const why = `"${name}" cannot be written as a message: ${errorMessage(cause)}`
      return Promise.reject(new Iterm2Error('invalid-argument', why, { cause }))
    }
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#pending.delete(id)
        cancel()
        signal?.removeEventListener('abort', abort)
      }
      const fail = (error: Iterm2Error) => {
        settle()
        reject(error)
      }
      const abort = () => fail(aborted(name, signal))
      const cancel = afterAwake(systemClock, timeoutMs, () => fail(timedOut(name, timeoutMs)))
      signal?.addEventListener('abort', abort, { once: true })
      this.#pending.set(id, {
        name,
        resolve: (message) => {
          settle()
          resolve(message[`${name}Response`] as ResponsePayload<N>)
        },
        reject: fail,
      })
      // One message, one frame: a fragmented one makes the terminal drop the connection.
      this.#webSocket.send(bytes, { binary: true, fin: true })
    })
  }

  /** Says goodbye, and resolves when the connection is gone. */
  async close(): Promise<void> {
    const timer = setTimeout(() => this.#webSocket.terminate(), closeTimeoutMs)
    this.#webSocket.close()
    await this.#closed
    clearTimeout(timer)
  }

  #receive(data: RawData, isBinary: boolean): void {
    let message: ServerOriginatedMessage
    try {
      if (!isBinary) throw new Error('a text message')
      message = decodeServerMessage(data as Buffer)
    } catch (cause) {
      const why = `The terminal sent what is no message of the protocol: ${errorMessage(cause)}`
      const error = new Iterm2Error('undecodable', why, { cause })
      this.#pending.get(isBinary ? leadingId(data as Buffer) : 0)?.reject(error)
      this.#listener.undecodable(error)
      return
    }
    // Before the id is looked at: a notification has none, and no request may take it for its reply.
    if (message.notification !== undefined) this.#listener.notification(message.notification)
    else this.#settle(message)
  }

  /** A reply to nothing is one that came after its request had timed out. */
  #settle(message: ServerOriginatedMessage): void {
    const pending = this.#pending.get(message.id ?? 0)
    if (pending === undefined) return
    const { name } = pending
    if (message.error !== undefined) {
      pending.reject(new Iterm2Error('rejected', `The terminal rejected "${name}": ${message.error}`))
    } else if (message[`${name}Response`] === undefined) {
      pending.reject(
        new Iterm2Error(
          'empty-reply',
          `The terminal answered "${name}" with nothing, which means it refused it.`,
        ),
      )
    } else {
      pending.resolve(message)
    }
  }

  #end(reason: string): void {
    for (const pending of [...this.#pending.values()]) pending.reject(disconnected(pending.name))
    this.#listener.closed(reason)
  }
}

/** For a request that cannot be answered because there is no connection (any more). */
export function disconnected(name: RequestName): Iterm2Error {
  return new Iterm2Error('disconnected', `There is no connection to the terminal for "${name}".`, {
    hint: 'Try again when the connection is back.',
  })
}

/**
 * The id at the start of a message that cannot be decoded as a whole, so that its request need not wait for
 * a timeout; 0 when it does not start with one. Field 1 as a varint begins with the byte 8.
 */
function leadingId(bytes: Buffer): number {
  let id = 0
  for (let index = 1; bytes[0] === 8 && index <= maxIdBytes; index++) {
    const byte = bytes[index] ?? 0
    id += (byte & 0x7f) * 2 ** (7 * (index - 1))
    if (byte < 0x80) return id
  }
  return 0
}

function timedOut(name: RequestName, timeoutMs: number): Iterm2Error {
  return new Iterm2Error('timeout', `The terminal did not answer "${name}" within ${timeoutMs} ms.`, {
    hint: 'It may be showing a dialog or be stopped, or it did not understand the request: it answers such requests never.',
  })
}

function aborted(name: RequestName, signal: AbortSignal | undefined): Iterm2Error {
  return new Iterm2Error('aborted', `"${name}" was given up.`, { cause: signal?.reason })
}
