/** Functions that iTerm2 calls: registers them, gives the calls to their handlers and sends the results. */
import { errorMessage } from '../lib/errors.ts'
import type {
  Notification,
  RPCRegistrationRequest,
  ServerOriginatedRPC,
  ServerOriginatedRPCNotification,
  ServerOriginatedRPCResultRequest,
} from '../messages/iterm2.ts'
import type { Requester, Subscriber } from './api-types.ts'
import type { FunctionDefinition, FunctionHandler } from './client-types.ts'
import { Iterm2Error } from './errors.ts'
import type { JsonValue } from './json.ts'
import { signatureOf } from './subscription-request.ts'

export class FunctionRegistry {
  readonly #connection: Requester & Subscriber
  readonly #failed: (error: unknown) => void
  readonly #signatures = new Set<string>()

  /** @param failed told of results that could not be sent */
  constructor(connection: Requester & Subscriber, failed: (error: unknown) => void) {
    this.#connection = connection
    this.#failed = failed
  }

  /** @throws {Iterm2Error} `invalid-argument`; `rejected` when another client has a function of that name. */
  async register(definition: FunctionDefinition, handler: FunctionHandler): Promise<() => Promise<void>> {
    const registration = toRegistration(definition)
    const signature = signatureOf(registration)
    // Calls come without the namespace of the role, so two of them could not be told apart.
    if (this.#signatures.has(signature)) {
      throw new Iterm2Error('invalid-argument', `The function ${signature} is already registered.`)
    }
    this.#signatures.add(signature)
    try {
      const unsubscribe = await this.#connection.subscribe(
        { type: 'server-originated-rpc', registration },
        (notification) => this.#answer(notification, handler),
      )
      return async () => {
        await unsubscribe()
        this.#signatures.delete(signature)
      }
    } catch (error) {
      this.#signatures.delete(signature)
      throw error
    }
  }

  /** Answers a call that nobody here has registered, so that the caller need not wait for its timeout. */
  refuse({ requestId, rpc }: ServerOriginatedRPCNotification): void {
    const reason = `There is no function ${signatureOf(rpc ?? {})} in this client.`
    void this.#send({ requestId, jsonException: JSON.stringify({ reason }) })
  }

  #answer(notification: Notification, handler: FunctionHandler): void {
    const call = notification.serverOriginatedRpcNotification
    if (call !== undefined) void run(call, handler).then((result) => this.#send(result))
  }

  async #send(result: ServerOriginatedRPCResultRequest): Promise<void> {
    try {
      await this.#connection.request('serverOriginatedRpcResult', result)
    } catch (error) {
      this.#failed(error)
    }
  }
}

async function run(
  { requestId, rpc }: ServerOriginatedRPCNotification,
  handler: FunctionHandler,
): Promise<ServerOriginatedRPCResultRequest> {
  try {
    const result = await handler(parseArguments(rpc ?? {}))
    return { requestId, jsonValue: JSON.stringify(result ?? null) }
  } catch (error) {
    const traceback = error instanceof Error ? error.stack : undefined
    return { requestId, jsonException: JSON.stringify({ reason: errorMessage(error), traceback }) }
  }
}

function parseArguments(rpc: ServerOriginatedRPC): Record<string, JsonValue> {
  const entries = (rpc.arguments ?? []).map(({ name = '', jsonValue }): [string, JsonValue] => {
    return [name, jsonValue ? (JSON.parse(jsonValue) as JsonValue) : null]
  })
  return Object.fromEntries(entries)
}

function toRegistration(definition: FunctionDefinition): RPCRegistrationRequest {
  const { name, arguments: names = [], defaults = {}, ...rest } = definition
  for (const identifier of [name, ...names]) {
    if (/^\w+$/.test(identifier)) continue
    throw new Iterm2Error(
      'invalid-argument',
      `"${identifier}" cannot be the name of a function or an argument: ASCII letters, digits and _ only.`,
    )
  }
  if (new Set(names).size < names.length) {
    throw new Iterm2Error('invalid-argument', `The function ${name} has two arguments of one name.`)
  }
  return {
    ...rest,
    name,
    arguments: names.map((argument) => ({ name: argument })),
    defaults: Object.entries(defaults).map(([argument, path]) => ({ name: argument, path })),
  }
}
