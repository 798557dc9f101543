/** From the bytes of a request to its handler, and from the handler's answer to the reply. */
import { errorMessage } from '../../lib/errors.ts'
import type { Logger } from '../../lib/logger.ts'
import { decodeClientMessage, encodeServerMessage } from '../../messages/codec.ts'
import type { ClientOriginatedMessage, ServerOriginatedMessage } from '../../messages/iterm2.ts'
import type { RequestName } from '../../messages/requests.ts'
import type { RequestHandlers } from '../handler.ts'
import type { AnswerRequest, ClientConnection } from './client-connection.ts'
import type { Transactions } from './transactions.ts'

/**
 * Handlers start in the order in which requests arrive. What a handler throws becomes an error reply and
 * a line in the log.
 */
export function requestAnswerer(
  handlers: RequestHandlers,
  transactions: Transactions,
  log: Logger,
): AnswerRequest {
  return ({ id, body, wellFormed }, connection) => {
    if (!id) {
      log.info({ connection: connection.id }, 'ignored: not a message, and no id to answer to')
      connection.answered()
      return
    }
    const request = wellFormed ? decodeRequest(body) : 'the message is damaged'
    if (typeof request === 'string') {
      connection.reply(id, encodeServerMessage({ error: `Cannot decode the request: ${request}` }))
      return
    }
    transactions.run(connection, () => {
      handle(request, handlers, connection, log, (message) => reply(id, message, connection, log))
    })
  }
}

function decodeRequest(body: Uint8Array): ClientOriginatedMessage | string {
  try {
    return decodeClientMessage(body)
  } catch (error) {
    return errorMessage(error)
  }
}

/** Answers at once when the handler does: what follows must not overtake it. */
function handle(
  request: ClientOriginatedMessage,
  handlers: RequestHandlers,
  connection: ClientConnection,
  log: Logger,
  answer: (message: ServerOriginatedMessage) => void,
): void {
  const name = requestName(request, handlers)
  if (!name) {
    answer({
      error: 'Invalid request. It is empty, or of a newer version of the protocol than this host knows.',
    })
    return
  }
  const fail = (error: unknown) => {
    log.error({ err: error, request: name }, 'a request failed')
    answer({ error: `The host could not handle ${name}: ${errorMessage(error)}` })
  }
  const succeed = (response: object) => answer({ [`${name}Response`]: response })
  try {
    const response = callHandler(name, request, handlers, connection)
    if (response instanceof Promise) response.then(succeed).catch(fail)
    else succeed(response)
  } catch (error) {
    fail(error)
  }
}

function requestName(request: ClientOriginatedMessage, handlers: RequestHandlers): RequestName | undefined {
  for (const [field, value] of Object.entries(request)) {
    const name = field.replace(/Request$/, '')
    if (value !== undefined && isRequestName(name, handlers)) return name
  }
  return undefined
}

function isRequestName(name: string, handlers: RequestHandlers): name is RequestName {
  return Object.hasOwn(handlers, name)
}

function callHandler<N extends RequestName>(
  name: N,
  request: ClientOriginatedMessage,
  handlers: RequestHandlers,
  connection: ClientConnection,
): object | Promise<object> {
  const payload = request[`${name}Request` as keyof ClientOriginatedMessage]
  return handlers[name](payload as Parameters<RequestHandlers[N]>[0], connection)
}

/** An answer that cannot be written must not leave the client without any. */
function reply(
  id: Uint8Array,
  message: ServerOriginatedMessage,
  connection: ClientConnection,
  log: Logger,
): void {
  let bytes: Uint8Array
  try {
    bytes = encodeServerMessage(message)
  } catch (error) {
    log.error({ err: error }, 'an answer could not be encoded')
    bytes = encodeServerMessage({ error: `The host could not encode its answer: ${errorMessage(error)}` })
  }
  connection.reply(id, bytes)
}
