// The server side of the iTerm2 API, scripted by a test: it listens on a real unix socket, records what
// arrives, and answers what the test says. Nothing is answered by itself except subscriptions (status OK),
// so that a test shows every reply it relies on.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { decodeClientMessage, encodeServerMessage } from '../../src/messages/codec.ts'
import type {
  ClientOriginatedMessage,
  Notification,
  NotificationRequest,
  ServerOriginatedMessage,
} from '../../src/messages/iterm2.ts'
import type { RequestName, RequestPayload, ResponsePayload } from '../../src/messages/requests.ts'

/** What a responder may give: the reply's submessage, a whole message, or nothing (no answer at all). */
type Answer<N extends RequestName> = ResponsePayload<N> | WholeMessage | undefined
type Responder<N extends RequestName> = (
  payload: RequestPayload<N>,
  message: ClientOriginatedMessage,
) => Answer<N> | Promise<Answer<N>>

/** A reply as a whole: for errors, missing submessages and wrong ids. The id is filled in when absent. */
class WholeMessage {
  constructor(readonly message: ServerOriginatedMessage) {}
}

export function whole(message: ServerOriginatedMessage): WholeMessage {
  return new WholeMessage(message)
}

export interface Handshake {
  method: string
  url: string
  /** Names and values by turns, exactly as they arrived. */
  rawHeaders: string[]
  headers: IncomingMessage['headers']
}

export interface FakeTerminalOptions {
  /** Default: a new path in the test's own home. */
  socketPath?: string
  /** Value of X-iTerm2-Protocol-Version; `null` leaves the header out. */
  protocolVersion?: string | null
}

export class FakeTerminal {
  readonly socketPath: string
  /** Every upgrade request, refused ones included. */
  readonly handshakes: Handshake[] = []
  /** Every decoded message, in order of arrival, over all connections. */
  readonly received: ClientOriginatedMessage[] = []
  protocolVersion: string | null
  readonly #refusals: string[] = []
  readonly #responders = new Map<string, (payload: unknown, message: ClientOriginatedMessage) => unknown>()
  readonly #sockets = new Set<WebSocket>()
  readonly #streams = new Set<Duplex>()
  readonly #waiters = new Set<() => void>()
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    handleProtocols: () => 'api.iterm2.com',
    maxPayload: 0,
  })
  readonly #http: Server

  private constructor(options: FakeTerminalOptions) {
    this.socketPath = options.socketPath ?? join(mkdtempSync(join(homedir(), 't-')), 'socket')
    this.protocolVersion = options.protocolVersion === undefined ? '1.17' : options.protocolVersion
    this.#http = createServer()
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    this.#webSockets.on('headers', (headers) => {
      if (this.protocolVersion !== null) headers.push(`X-iTerm2-Protocol-Version: ${this.protocolVersion}`)
    })
    this.respond('notification', () => ({ status: 0 }))
  }

  static async start(options: FakeTerminalOptions = {}): Promise<FakeTerminal> {
    const terminal = new FakeTerminal(options)
    await terminal.listen()
    return terminal
  }

  /** Listens (again, after `stopListening`). */
  async listen(): Promise<void> {
    mkdirSync(dirname(this.socketPath), { recursive: true })
    this.#http.listen(this.socketPath)
    await once(this.#http, 'listening')
  }

  /** Refuses the next handshake with this status line, such as `401 Unauthorized`; call again for more. */
  refuseNext(status: string): void {
    this.#refusals.push(status)
  }

  /** From now on requests of this name get what the responder gives. */
  respond<N extends RequestName>(name: N, responder: Responder<N>): void {
    this.#responders.set(name, responder as (payload: unknown, message: ClientOriginatedMessage) => unknown)
  }

  notify(notification: Notification): void {
    this.send({ notification })
  }

  /** Sends a message to every connected client. */
  send(message: ServerOriginatedMessage): void {
    this.sendBytes(encodeServerMessage(message))
  }

  sendBytes(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.send(bytes)
  }

  sendText(text: string): void {
    for (const socket of this.#sockets) socket.send(text)
  }

  /** Writes bytes below the WebSocket layer. */
  sendRaw(bytes: Uint8Array): void {
    for (const stream of this.#streams) stream.write(bytes)
  }

  get connections(): number {
    return this.#sockets.size
  }

  /** The payloads of every request of this name so far. */
  requests<N extends RequestName>(name: N): RequestPayload<N>[] {
    const field = `${name}Request` as const
    return this.received.flatMap((message) => {
      const payload = message[field]
      return payload === undefined ? [] : [payload as RequestPayload<N>]
    })
  }

  /** The subscriptions and unsubscriptions that arrived. */
  get subscriptions(): NotificationRequest[] {
    return this.requests('notification')
  }

  /** Resolves when `condition` holds, looked at after everything that happens here. */
  async until(condition: () => boolean): Promise<void> {
    if (condition()) return
    await new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return
        this.#waiters.delete(look)
        resolve()
      }
      this.#waiters.add(look)
    })
  }

  /** Cuts every connection without a close frame, as a crash does. */
  drop(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  /** Cuts every connection and takes no more, until `listen`. */
  async stopListening(): Promise<void> {
    this.drop()
    await new Promise<void>((resolve) => this.#http.close(() => resolve()))
  }

  async close(): Promise<void> {
    this.drop()
    if (this.#http.listening) await this.stopListening()
    this.#webSockets.close()
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { method = '', url = '', rawHeaders, headers } = request
    this.handshakes.push({ method, url, rawHeaders, headers })
    const refusal = this.#refusals.shift()
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`)
      this.#look()
      return
    }
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#sockets.add(webSocket)
      this.#streams.add(socket)
      webSocket.on('message', (data: Buffer) => void this.#receive(webSocket, data))
      webSocket.on('error', () => {})
      webSocket.on('close', () => {
        this.#sockets.delete(webSocket)
        this.#streams.delete(socket)
        this.#look()
      })
      this.#look()
    })
  }

  async #receive(webSocket: WebSocket, data: Buffer): Promise<void> {
    const message = decodeClientMessage(data)
    this.received.push(message)
    this.#look()
    for (const [field, payload] of Object.entries(message)) {
      if (!field.endsWith('Request') || payload === undefined) continue
      const name = field.slice(0, -'Request'.length)
      const answer = await this.#responders.get(name)?.(payload, message)
      if (answer === undefined || webSocket.readyState !== webSocket.OPEN) return
      const reply = answer instanceof WholeMessage ? answer.message : { [`${name}Response`]: answer }
      webSocket.send(encodeServerMessage({ id: message.id, ...reply }))
    }
  }

  #look(): void {
    for (const look of [...this.#waiters]) look()
  }
}
