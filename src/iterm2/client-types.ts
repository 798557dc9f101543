/** The words of the client: its options, its events and the shapes that go with them. */
import type { Notification, RPCRegistrationRequest } from '../messages/iterm2.ts'
import type { BackOffOptions } from './back-off.ts'
import type { ConnectionReport } from './connection-state.ts'
import type { Iterm2Error } from './errors.ts'
import type { JsonValue } from './json.ts'

/** What the terminal accepts as proof; `key` only names an entry of iTerm2's script console. */
export interface Credentials {
  cookie: string
  key?: string
}

/** A fixed cookie (a reusable one), or a function that gives a fresh one for every connect. */
export type CookieSource = string | (() => Credentials | string | Promise<Credentials | string>)

/** Where and as whom to connect; shared by the client and the probe. */
export interface LocationOptions {
  /** Default: the socket of the suite that `IT2_SUITE` names. */
  socketPath?: string
  /** Default: `process.env`. `ITERM2_COOKIE` and `ITERM2_KEY` are removed from it when they are used. */
  env?: NodeJS.ProcessEnv
  /** Default: `process.platform`. */
  platform?: NodeJS.Platform
}

export interface ClientOptions extends LocationOptions {
  /** Shown by iTerm2 to the user, and the name under which a cookie is asked for; `iterm-orch`. */
  name?: string
  /** Takes the place of the environment, the allow-all file and AppleScript. */
  cookie?: CookieSource
  /** Milliseconds for requests that answer at once; 10 000. Slow ones have longer times of their own. */
  requestTimeoutMs?: number
  /** How a lost connection is made again; `false` leaves it lost. */
  reconnect?: BackOffOptions | false
}

export interface ClientEvents {
  /** The connection changed; the report says what the user should do. */
  state: (report: ConnectionReport) => void
  /** Every notification, before it goes to the handlers of its subscriptions. */
  notification: (notification: Notification) => void
  /**
   * A lost connection is back, all subscriptions and functions are made again. Whatever happened in
   * between was not told: read the session tree and the screens again.
   */
  reconnected: () => void
  /** The client was closed for good; nothing comes any more. */
  closed: () => void
  /** Nothing to throw it at: undecodable bytes, a failing handler, a subscription that could not be made again. */
  error: (error: Iterm2Error) => void
}

export interface NotificationStreamOptions {
  /** Notifications kept for a slow reader; beyond it the oldest are dropped and counted. 1024. */
  limit?: number
  /** Ends the stream, without an error. */
  signal?: AbortSignal
}

/** A function that iTerm2 may call: by name, and by the set of its argument names. */
export interface FunctionDefinition
  extends Pick<
    RPCRegistrationRequest,
    | 'role'
    | 'displayName'
    | 'sessionTitleAttributes'
    | 'statusBarComponentAttributes'
    | 'contextMenuAttributes'
  > {
  /** ASCII letters, digits and `_`. */
  name: string
  arguments?: string[]
  /** Variable paths by argument, evaluated in the scope of the caller; one that ends in `?` may be unset. */
  defaults?: Record<string, string>
  /** Seconds that iTerm2 waits for the result; 5 where absent. */
  timeout?: number
}

/** Gets the arguments by name (absent ones as null); what it gives is sent back as JSON. */
export type FunctionHandler = (
  args: Readonly<Record<string, JsonValue>>,
) => JsonValue | undefined | Promise<JsonValue | undefined>
