/** What the objects of this library need of a connection; the client is one. */
import type { Requester, Subscriber } from './api-types.ts'
import type { FunctionDefinition, FunctionHandler } from './client-types.ts'

export interface Connection extends Requester, Subscriber {
  /**
   * `reconnected`: the connection is back and subscriptions are made again; what was read may be old.
   * `closed`: it is over for good.
   */
  on(event: 'reconnected' | 'closed', listener: () => void): unknown
  off(event: 'reconnected' | 'closed', listener: () => void): unknown
}

/** Whatever functions can be registered with for the terminal to call; the client is one. */
export interface FunctionRegistrar extends Requester {
  /** @returns a function that withdraws the registration */
  registerFunction(definition: FunctionDefinition, handler: FunctionHandler): Promise<() => Promise<void>>
}
