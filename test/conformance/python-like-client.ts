/**
 * A double of how the official Python client behaves on the wire, from the facts that were verified by
 * running it: what it sends at the handshake, ids from 0, replies matched by id alone and before anything
 * else, `session: "all"` with every subscription, no timeouts, the going without a goodbye. It shares no
 * code with our client or our host.
 */
import {
  type ClientOriginatedMessage,
  type Notification,
  NotificationResponseStatus,
  NotificationType,
  type RPCRegistrationRequest,
  type VariableScope,
} from '../../src/messages/iterm2.ts'
import type { RequestName, RequestPayload, ResponsePayload } from '../../src/messages/requests.ts'
import { hasField, parse, type Read, serialize } from './python-messages.ts'
import { HandshakeRefused, RawWebSocket } from './raw-web-socket.ts'

export interface Credentials {
  cookie: string
  key: string
}

export interface ConnectOptions {
  socketPath: string
  /** What ITERM2_COOKIE and ITERM2_KEY hold. */
  credentials: Credentials
  /** What AppleScript would give after a refusal; without it a 401 is final. */
  requestCredentials?: () => Credentials
  libraryVersion?: string
}

/** `error` was set in place of a reply. */
export class RpcException extends Error {}

/** The connection ended while a reply was waited for. */
export class ConnectionClosed extends Error {}

/** A subscription was answered with neither OK nor ALREADY_SUBSCRIBED. */
export class SubscriptionException extends Error {}

type Handler = (notification: Read<Notification>) => void
type Arguments = Omit<RequestPayload<'notification'>, 'session' | 'subscribe' | 'notificationType'>
type Message = ReturnType<typeof parse>

export class PythonLikeClient {
  #nextId = 0
  readonly #pending = new Map<
    number,
    { resolve: (message: Message) => void; reject: (error: Error) => void }
  >()
  readonly #handlers = new Map<string, Set<Handler>>()
  readonly #functions = new Map<string, (args: Record<string, unknown>) => unknown>()
  /** What the server sent against the rules; every test expects it to be empty. */
  readonly violations: string[] = []
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>

  private constructor(readonly socket: RawWebSocket) {
    socket.on('message', (payload) => this.#receive(payload))
    socket.on('violation', (what) => this.violations.push(what))
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        for (const { reject } of this.#pending.values()) reject(new ConnectionClosed())
        resolve()
      })
    })
  }

  /** Retries once, with new credentials, after a 401. @throws {HandshakeRefused} */
  static async connect(options: ConnectOptions): Promise<PythonLikeClient> {
    try {
      return new PythonLikeClient(await RawWebSocket.connect(options.socketPath, upgradeHeaders(options)))
    } catch (error) {
      const fresh = options.requestCredentials?.()
      if (!(error instanceof HandshakeRefused) || error.reply.status !== 401 || !fresh) throw error
      const headers = upgradeHeaders({ ...options, credentials: fresh })
      return new PythonLikeClient(await RawWebSocket.connect(options.socketPath, headers))
    }
  }

  /** `major.minor` as a pair; (0, 0) when the server does not say. */
  get protocolVersion(): [number, number] {
    const match = /^(\d+)\.(\d+)$/.exec(this.socket.headers.get('x-iterm2-protocol-version') ?? '')
    return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)]
  }

  /** Sends one message under the next id and waits, without a timeout, for whatever comes back with it. */
  roundTrip(message: Omit<ClientOriginatedMessage, 'id'>): Promise<Message> {
    const id = this.#nextId
    this.#nextId += 1
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.socket.send(serialize({ id, ...message }))
    })
  }

  /** One request. A reply without the expected submessage reads as its defaults. @throws {RpcException} */
  async call<N extends RequestName>(name: N, payload: RequestPayload<N>): Promise<Read<ResponsePayload<N>>> {
    const reply = await this.roundTrip({ [`${name}Request`]: payload })
    if (hasField(reply, 'error')) throw new RpcException(reply.error)
    return reply[`${name}Response`] as Read<ResponsePayload<N>>
  }

  /** Many handlers share one subscription; a second one is told that it is already there. */
  async subscribe(
    type: NotificationType,
    handler: Handler,
    options: { session?: string; args?: Arguments } = {},
  ): Promise<() => Promise<void>> {
    const session = options.session ?? 'all'
    const reply = await this.call('notification', {
      session,
      subscribe: true,
      notificationType: type,
      ...options.args,
    })
    const { OK, ALREADY_SUBSCRIBED } = NotificationResponseStatus
    if (reply.status !== OK && reply.status !== ALREADY_SUBSCRIBED) {
      throw new SubscriptionException(`status ${reply.status}`)
    }
    const monitored = options.args?.variableMonitorRequest
    const key = monitored
      ? handlerKey(type, `${monitored.scope} ${monitored.identifier} ${monitored.name}`)
      : handlerKey(type, session)
    const handlers = this.#handlers.get(key) ?? new Set()
    this.#handlers.set(key, handlers.add(handler))
    return async () => {
      handlers.delete(handler)
      if (handlers.size > 0) return
      // The arguments of a variable monitor are its identity; the others are left out here.
      const args = monitored ? { variableMonitorRequest: monitored } : {}
      await this.call('notification', { session, subscribe: false, notificationType: type, ...args })
    }
  }

  monitorVariable(
    variable: { scope: VariableScope; identifier: string; name: string },
    handler: (value: unknown) => void,
  ): Promise<() => Promise<void>> {
    return this.subscribe(
      NotificationType.NOTIFY_ON_VARIABLE_CHANGE,
      ({ variableChangedNotification: { jsonNewValue } }) => handler(JSON.parse(jsonNewValue)),
      { args: { variableMonitorRequest: variable } },
    )
  }

  /** Registers a function that the terminal can call; what it throws goes back as an exception. */
  async register(
    registration: RPCRegistrationRequest,
    body: (args: Record<string, unknown>) => unknown,
  ): Promise<void> {
    const names = (registration.arguments ?? []).map((argument) => argument.name ?? '')
    this.#functions.set(signature(registration.name ?? '', names), body)
    await this.subscribe(NotificationType.NOTIFY_ON_SERVER_ORIGINATED_RPC, () => undefined, {
      args: { rpcRegistrationRequest: registration },
    })
  }

  /** Invokes a function and parses its result, which must be JSON. @throws {RpcException} with the reason. */
  async invoke(
    invocation: string,
    context: Omit<RequestPayload<'invokeFunction'>, 'invocation' | 'timeout'> = { app: {} },
    timeout = -1,
  ): Promise<unknown> {
    const reply = await this.call('invokeFunction', { ...context, invocation, timeout })
    if (hasField(reply, 'error')) throw new RpcException(`${reply.error.status}: ${reply.error.errorReason}`)
    return JSON.parse(reply.success.jsonResult)
  }

  /** Lets a task of the library run beside the caller; what goes wrong in it is a violation. */
  background(task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      if (!(error instanceof ConnectionClosed)) this.violations.push(String(error))
    })
  }

  /** With a close timeout of zero it mostly vanishes. */
  drop(): void {
    this.socket.drop()
  }

  #receive(payload: Buffer): void {
    const message = parse(payload)
    // The id decides alone: a notification, whose id reads as 0, would take the place of reply 0.
    const waiting = this.#pending.get(message.id)
    if (waiting) {
      this.#pending.delete(message.id)
      waiting.resolve(message)
    } else if (hasField(message, 'notification')) this.#dispatch(message.notification)
    else this.violations.push(`a reply to nothing, id ${message.id}`)
  }

  #dispatch(notification: Read<Notification>): void {
    if (hasField(notification, 'serverOriginatedRpcNotification')) this.#answerCall(notification)
    for (const key of handlerKeys(notification)) {
      for (const handler of this.#handlers.get(key) ?? []) handler(notification)
    }
  }

  #answerCall({ serverOriginatedRpcNotification: { requestId, rpc } }: Read<Notification>): void {
    const args = Object.fromEntries(
      rpc.arguments.map((argument) => [
        argument.name,
        hasField(argument, 'jsonValue') ? JSON.parse(argument.jsonValue) : null,
      ]),
    )
    const body = this.#functions.get(signature(rpc.name, Object.keys(args)))
    let result: { jsonValue: string } | { jsonException: string }
    try {
      if (!body) throw new Error(`no such function: ${rpc.name}`)
      result = { jsonValue: JSON.stringify(body(args) ?? null) }
    } catch (error) {
      result = { jsonException: JSON.stringify({ reason: String(error), traceback: 'line 1' }) }
    }
    this.background(this.call('serverOriginatedRpcResult', { requestId, ...result }))
  }
}

/** The headers of version 2.21, in its order and its spelling. */
export function upgradeHeaders(options: ConnectOptions): [string, string][] {
  return [
    ['Host', 'localhost'],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'],
    ['Sec-WebSocket-Protocol', 'api.iterm2.com'],
    ['origin', 'ws://localhost/'],
    ['x-iterm2-library-version', `python ${options.libraryVersion ?? '2.21'}`],
    ['x-iterm2-disable-auth-ui', 'true'],
    ['x-iterm2-cookie', options.credentials.cookie],
    ['x-iterm2-advisory-name', 'script.py'],
    ['x-iterm2-key', options.credentials.key],
  ]
}

function signature(name: string, argumentNames: string[]): string {
  return `${name}(${argumentNames.toSorted().join(',')})`
}

function handlerKey(type: NotificationType, about: string): string {
  return `${type} ${about}`
}

/** The handlers that a notification is for: those of its own session, and those of all. */
function handlerKeys(notification: Read<Notification>): string[] {
  const type = NotificationType
  const variable = notification.variableChangedNotification
  const keys: [keyof Notification, NotificationType, string][] = [
    ['keystrokeNotification', type.NOTIFY_ON_KEYSTROKE, notification.keystrokeNotification.session],
    ['screenUpdateNotification', type.NOTIFY_ON_SCREEN_UPDATE, notification.screenUpdateNotification.session],
    ['promptNotification', type.NOTIFY_ON_PROMPT, notification.promptNotification.session],
    [
      'customEscapeSequenceNotification',
      type.NOTIFY_ON_CUSTOM_ESCAPE_SEQUENCE,
      notification.customEscapeSequenceNotification.session,
    ],
    ['newSessionNotification', type.NOTIFY_ON_NEW_SESSION, 'all'],
    ['terminateSessionNotification', type.NOTIFY_ON_TERMINATE_SESSION, 'all'],
    ['layoutChangedNotification', type.NOTIFY_ON_LAYOUT_CHANGE, 'all'],
    ['focusChangedNotification', type.NOTIFY_ON_FOCUS_CHANGE, 'all'],
    ['broadcastDomainsChanged', type.NOTIFY_ON_BROADCAST_CHANGE, 'all'],
    [
      'variableChangedNotification',
      type.NOTIFY_ON_VARIABLE_CHANGE,
      `${variable.scope} ${variable.identifier} ${variable.name}`,
    ],
  ]
  return keys
    .filter(([field]) => hasField(notification, field))
    .flatMap(([, kind, about]) =>
      about === 'all' ? [handlerKey(kind, about)] : [handlerKey(kind, about), handlerKey(kind, 'all')],
    )
}
