import { EventEmitter } from 'eventemitter3'
import { errorMessage } from '../lib/errors.ts'
import type { Notification, NotificationRequest } from '../messages/iterm2.ts'
import type { RequestName, RequestPayload, ResponsePayload } from '../messages/requests.ts'
import type {
  NotificationHandler,
  ProtocolVersion,
  Requester,
  RequestOptions,
  Subscriber,
  Subscription,
} from './api-types.ts'
import { BackOff } from './back-off.ts'
import { Channel, disconnected } from './channel.ts'
import type {
  ClientEvents,
  ClientOptions,
  FunctionDefinition,
  FunctionHandler,
  NotificationStreamOptions,
} from './client-types.ts'
import { connect } from './connect.ts'
import { type ConnectionReport, describeState, reportOf } from './connection-state.ts'
import { CredentialSource } from './credentials.ts'
import { Iterm2Error } from './errors.ts'
import { FunctionRegistry } from './functions.ts'
import { NotificationStream } from './notification-stream.ts'
import { defaultRequestTimeoutMs, requestTimeout } from './request-timeouts.ts'
import { Subscriptions } from './subscriptions.ts'
import type { OpenSocket } from './transport.ts'

const defaultName = 'iterm-orch'

/** Milliseconds after which a connection counts as stable, and the next loss starts with the first delay. */
const stableMs = 10_000

/**
 * A connection to iTerm2, or to another terminal that speaks its API.
 *
 * `connect` makes one try. From then on a connection that is lost is made again by itself, with everything
 * that was subscribed and registered, until `close`.
 */
export class Client extends EventEmitter<ClientEvents> implements Requester, Subscriber {
  readonly #options: ClientOptions
  readonly #credentials: CredentialSource
  readonly #subscriptions: Subscriptions
  readonly #functions: FunctionRegistry
  readonly #streams = new Set<NotificationStream>()
  readonly #closing = new AbortController()
  readonly #backOff: BackOff
  #report: ConnectionReport = describeState('disconnected')
  #channel: Channel | undefined
  #connecting: Promise<void> | undefined
  #connectedAt: number | undefined
  #isReconnecting = false
  #protocolVersion: ProtocolVersion = { major: 0, minor: 0 }
  #undecodable = 0

  constructor(options: ClientOptions = {}) {
    super()
    this.#options = options
    const { name = defaultName, env = process.env, platform = process.platform, cookie } = options
    this.#credentials = new CredentialSource({ name, env, platform, cookie })
    this.#functions = new FunctionRegistry(this, (error) =>
      this.#complain('a result could not be sent', error),
    )
    this.#backOff = new BackOff(options.reconnect || {})
    const version = () => this.#protocolVersion
    this.#subscriptions = new Subscriptions({
      get protocolVersion() {
        return version()
      },
      send: (request: NotificationRequest) => this.request('notification', request),
      handlerFailed: (error) => this.#complain('a handler failed', error),
    })
  }

  /** Where the connection stands, why, and what to do about it. */
  get report(): ConnectionReport {
    return this.#report
  }

  get protocolVersion(): ProtocolVersion {
    return this.#protocolVersion
  }

  /** How many messages of the terminal could not be read. */
  get undecodable(): number {
    return this.#undecodable
  }

  /**
   * Connects, unless that is done or under way.
   * @throws {Iterm2Error} whose code says which state the connection is in; `report` has it too.
   */
  async connect(): Promise<void> {
    if (this.#closing.signal.aborted) throw wasClosed()
    if (this.#report.state === 'connected') return
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  request<N extends RequestName>(
    name: N,
    payload: RequestPayload<N>,
    options: RequestOptions = {},
  ): Promise<ResponsePayload<N>> {
    if (this.#channel === undefined) return Promise.reject(disconnected(name))
    const { requestTimeoutMs = defaultRequestTimeoutMs } = this.#options
    const timeoutMs = options.timeoutMs ?? requestTimeout(name, payload, requestTimeoutMs)
    return this.#channel.request(name, payload, timeoutMs, options.signal)
  }

  /**
   * Calls `handler` for every notification of the subscription until the returned function is called.
   * The session `active` means the one that is active now, also later.
   * @throws {Iterm2Error} `rejected` with the terminal's status; `disconnected`.
   */
  async subscribe(subscription: Subscription, handler: NotificationHandler): Promise<() => Promise<void>> {
    return this.#subscriptions.add(await this.#resolveActive(subscription), handler)
  }

  /** The notifications of one subscription for `for await`; ends with the loop, the signal or the client. */
  notifications(subscription: Subscription, options: NotificationStreamOptions = {}): NotificationStream {
    const stream = new NotificationStream(this, subscription, options, (ended) => this.#streams.delete(ended))
    this.#streams.add(stream)
    return stream
  }

  /**
   * Lets iTerm2 call a function of ours, until the returned function is called.
   * @throws {Iterm2Error} `invalid-argument`; `rejected` when another client has a function of that name.
   */
  registerFunction(definition: FunctionDefinition, handler: FunctionHandler): Promise<() => Promise<void>> {
    return this.#functions.register(definition, handler)
  }

  /** Ends the connection, its streams and all tries to make it again, for good. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    const streams = [...this.#streams].map((stream) => stream.return())
    await this.#channel?.close()
    await Promise.all(streams)
    this.#setReport(describeState('disconnected', 'The client was closed.', ''))
    this.#announce(() => this.emit('closed'))
  }

  async #connect(): Promise<void> {
    try {
      const { name = defaultName } = this.#options
      const signal = this.#closing.signal
      await this.#start(await connect({ ...this.#options, name, signal, credentials: this.#credentials }))
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#setReport(reportOf(error))
      throw error
    }
  }

  async #start(open: OpenSocket): Promise<void> {
    if (this.#closing.signal.aborted) {
      open.webSocket.terminate()
      throw wasClosed()
    }
    const channel = new Channel(open, {
      notification: (notification) => this.#dispatch(notification),
      undecodable: (error) => {
        this.#undecodable++
        this.emit('error', error)
      },
      closed: (reason) => this.#lost(channel, reason),
    })
    this.#protocolVersion = channel.protocolVersion
    this.#channel = channel
    const failures = await this.#subscriptions.restore()
    if (this.#channel !== channel || this.#closing.signal.aborted) {
      throw new Iterm2Error('disconnected', 'The connection was lost again at once.')
    }
    for (const failure of failures) this.emit('error', failure)
    const isBack = this.#connectedAt !== undefined
    this.#connectedAt = performance.now()
    this.#setReport(describeState('connected'))
    if (isBack) this.#announce(() => this.emit('reconnected'))
  }

  #dispatch(notification: Notification): void {
    this.#announce(() => this.emit('notification', notification))
    const isTaken = this.#subscriptions.dispatch(notification)
    const call = notification.serverOriginatedRpcNotification
    if (!isTaken && call !== undefined) this.#functions.refuse(call)
  }

  #lost(channel: Channel, reason: string): void {
    if (this.#channel !== channel) return
    this.#channel = undefined
    this.#subscriptions.forget()
    // During a connect it is the connect that fails.
    if (this.#report.state !== 'connected' || this.#closing.signal.aborted) return
    this.#setReport(describeState('disconnected', `The connection was lost: ${reason}.`))
    if (performance.now() - (this.#connectedAt ?? 0) > stableMs) this.#backOff.reset()
    if (this.#options.reconnect !== false && !this.#isReconnecting) void this.#reconnect()
  }

  async #reconnect(): Promise<void> {
    this.#isReconnecting = true
    let goesOn = true
    while (goesOn && this.#report.state !== 'connected') {
      try {
        await this.#backOff.wait(this.#closing.signal)
        await this.connect()
      } catch (error) {
        goesOn = !this.#closing.signal.aborted && !isHopeless(error)
      }
    }
    this.#isReconnecting = false
  }

  /** The terminal reports by real ids, so `active` is asked for first. */
  async #resolveActive(subscription: Subscription): Promise<Subscription> {
    if (!('session' in subscription) || subscription.session !== 'active') return subscription
    const { values = [] } = await this.request('variable', { sessionId: 'active', get: ['id'] })
    const session: unknown = JSON.parse(values[0] || 'null')
    if (typeof session === 'string') return { ...subscription, session }
    throw new Iterm2Error('rejected', 'There is no active session.', { status: 'SESSION_NOT_FOUND' })
  }

  /** A listener that throws must not be taken for a failure of the connection. */
  #announce(emit: () => void): void {
    try {
      emit()
    } catch (error) {
      this.#complain('a listener failed', error)
    }
  }

  #complain(what: string, error: unknown): void {
    if (this.#closing.signal.aborted) return
    this.emit('error', new Iterm2Error('handler-failed', `${what}: ${errorMessage(error)}`, { cause: error }))
  }

  #setReport(report: ConnectionReport): void {
    const isSame = report.state === this.#report.state && report.reason === this.#report.reason
    this.#report = report
    if (!isSame) this.#announce(() => this.emit('state', report))
  }
}

/** Time does not make this client newer or this computer a Mac. */
function isHopeless(error: unknown): boolean {
  return (
    error instanceof Iterm2Error && (error.code === 'client-too-old' || error.code === 'unsupported-platform')
  )
}

function wasClosed(): Iterm2Error {
  return new Iterm2Error('disconnected', 'The client was closed.', { hint: 'Make a new one.' })
}
