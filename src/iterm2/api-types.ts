/** The typed heart of the client: what one request is, and what one subscription is. */
import type {
  KeystrokeMonitorRequest,
  KeystrokePattern,
  Notification,
  PromptMonitorMode,
  RPCRegistrationRequest,
  VariableScope,
} from '../messages/iterm2.ts'
import type { RequestName, RequestPayload, ResponsePayload } from '../messages/requests.ts'

export interface RequestOptions {
  /** Milliseconds until the request fails with `timeout`; the client's own default when absent. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** `major.minor` of the terminal, from its handshake; 0.0 when it did not say. */
export interface ProtocolVersion {
  major: number
  minor: number
}

/** Whatever can carry requests: the client, and doubles of it. */
export interface Requester {
  readonly protocolVersion: ProtocolVersion
  /**
   * Sends one request and gives its reply. The status inside the reply is the caller's to check.
   * @throws {Iterm2Error} `timeout`, `disconnected`, `rejected` (the terminal sent an error text) or
   * `empty-reply` (a reply without submessage, which is how iTerm2 refuses an invalid GetBuffer range).
   */
  request<N extends RequestName>(
    name: N,
    payload: RequestPayload<N>,
    options?: RequestOptions,
  ): Promise<ResponsePayload<N>>
}

/** What to be told of. Types 4 and 13 cannot be named: subscribing to them may abort iTerm2. */
export type Subscription =
  | { type: 'new-session' | 'terminate-session' | 'layout-change' | 'focus-change' | 'broadcast-change' }
  | { type: 'screen-update' | 'custom-escape-sequence'; session: string }
  | { type: 'prompt'; session: string; modes?: PromptMonitorMode[] }
  | { type: 'keystroke'; session: string; request?: KeystrokeMonitorRequest }
  | { type: 'keystroke-filter'; session: string; patterns: KeystrokePattern[] }
  | { type: 'variable-change'; scope: VariableScope; identifier: string; name: string }
  | { type: 'server-originated-rpc'; registration: RPCRegistrationRequest }

export type NotificationHandler = (notification: Notification) => void

/** Whatever can carry subscriptions: the client, and doubles of it. */
export interface Subscriber {
  /**
   * Calls `handler` for every notification of the subscription until the returned function is called.
   * Many handlers share one subscription at the terminal; it is made again after a reconnect.
   * @throws {Iterm2Error} `rejected` with the terminal's status.
   */
  subscribe(subscription: Subscription, handler: NotificationHandler): Promise<() => Promise<void>>
}
