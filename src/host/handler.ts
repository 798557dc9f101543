/** How the host's rooms answer requests: a handler for each request name, composed in host/server. */
import type { Notification } from '../messages/iterm2.ts'
import type { RequestName, RequestPayload, ResponsePayload } from '../messages/requests.ts'

/** A client's connection, as far as a handler may use it. */
export interface HostConnection {
  readonly id: number
  readonly closed: boolean
  /** Sends a notification; dropped when the connection is closed. */
  notify(notification: Notification): void
  /** Runs when the connection ends, however it ends; at once when it has ended. */
  onClose(listener: () => void): void
}

export type RequestHandler<N extends RequestName> = (
  payload: RequestPayload<N>,
  connection: HostConnection,
) => ResponsePayload<N> | Promise<ResponsePayload<N>>

export type RequestHandlers = { [N in RequestName]: RequestHandler<N> }
