/** Functions that scripts register, and the calls to them: the host asks, the script answers. */
import {
  type NotificationRequest,
  NotificationResponseStatus,
  RPCRegistrationRequestRole as Role,
  type RPCRegistrationRequest,
} from '../../messages/iterm2.ts'
import type { HostConnection, RequestHandler } from '../handler.ts'
import type { VariableValue } from '../session-types.ts'
import { decodeJson, encodeJson } from '../variables/json-values.ts'
import { type ArgumentValues, EvaluationError } from './expression.ts'

export interface ScriptFunction {
  /** Namespace and name, without arguments. */
  readonly qualifiedName: string
  readonly role: Role
  readonly argumentNames: readonly string[]
  /** Argument to path; a path that ends in `?` may be unset. */
  readonly defaults: ReadonlyMap<string, string>
}

type Lookup = (path: string) => VariableValue | undefined

interface Registration extends ScriptFunction {
  name: string
  connection: HostConnection
  timeoutMs: number
}

interface PendingCall {
  connection: HostConnection
  settle(value: VariableValue | EvaluationError): void
}

/** Seconds that a script has for its answer, unless it registered another time. */
const defaultTimeout = 5

/** The longest that a timer of Node can wait, in milliseconds. */
const longestTimeout = 2 ** 31 - 1

const word = /^[A-Za-z0-9_]+$/

export class ScriptFunctions {
  /** By `namespace.name(sorted arguments)`. */
  readonly #registrations = new Map<string, Registration>()
  readonly #calls = new Map<string, PendingCall>()
  readonly #known = new WeakSet<HostConnection>()
  readonly #listeners = new Set<() => void>()
  #lastCall = 0

  /** Registers a function for a connection, or takes it back. */
  subscribe(request: NotificationRequest, connection: HostConnection): NotificationResponseStatus {
    const status = NotificationResponseStatus
    const registration = readRegistration(request.rpcRegistrationRequest, connection)
    if (request.subscribe === undefined || !registration) return status.REQUEST_MALFORMED
    const identity = identityOf(registration)
    const taken = this.#registrations.get(identity)
    if (request.subscribe) {
      if (taken) return status.DUPLICATE_SERVER_ORIGINATED_RPC
      this.#registrations.set(identity, registration)
      this.#watch(connection)
    } else {
      if (taken?.connection !== connection) return status.NOT_SUBSCRIBED
      this.#registrations.delete(identity)
    }
    for (const listener of this.#listeners) listener()
    return status.OK
  }

  /** Calls `listener` when functions were registered or went away. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  list(): ScriptFunction[] {
    return [...this.#registrations.values()]
  }

  /** True when there is a function of this name, whatever its arguments. */
  has(qualifiedName: string): boolean {
    return this.list().some((candidate) => candidate.qualifiedName === qualifiedName)
  }

  /**
   * Calls the function whose arguments are the given ones, others filled from their default paths.
   * @throws {EvaluationError} when there is none, a default is unset, the script fails, ends or is late.
   */
  async call(qualifiedName: string, values: ArgumentValues, lookup: Lookup): Promise<VariableValue> {
    const registration = this.#find(qualifiedName, Object.keys(values))
    const complete = new Map(Object.entries(values))
    for (const [name, path] of registration.defaults) {
      if (!complete.has(name)) complete.set(name, readDefault(path, lookup))
    }
    return this.#ask(registration, complete)
  }

  /** The request with which a script answers a call; late and unknown answers are of no consequence. */
  readonly handleResult: RequestHandler<'serverOriginatedRpcResult'> = (
    { requestId = '', jsonValue, jsonException },
    connection,
  ) => {
    const call = this.#calls.get(requestId)
    if (call?.connection === connection) {
      call.settle(jsonException === undefined ? resultOf(jsonValue) : exceptionOf(jsonException))
    }
    return {}
  }

  #find(qualifiedName: string, given: string[]): Registration {
    const named = [...this.#registrations.values()].filter((one) => one.qualifiedName === qualifiedName)
    const found = named.find(
      ({ argumentNames, defaults }) =>
        given.every((name) => argumentNames.includes(name)) &&
        argumentNames.every((name) => given.includes(name) || defaults.has(name)),
    )
    if (found) return found
    const known = named.map(identityOf).join(', ')
    throw new EvaluationError(`There is no ${qualifiedName}(${given.sort().join(',')}), but ${known}`)
  }

  #ask({ name, connection, timeoutMs, qualifiedName }: Registration, values: Map<string, VariableValue>) {
    this.#lastCall += 1
    const requestId = `rpc-${this.#lastCall}`
    return new Promise<VariableValue>((resolve, reject) => {
      const settle: PendingCall['settle'] = (value) => {
        clearTimeout(timer)
        this.#calls.delete(requestId)
        if (value instanceof EvaluationError) reject(value)
        else resolve(value)
      }
      const timer = setTimeout(() => settle(new EvaluationError('Timeout')), timeoutMs)
      this.#calls.set(requestId, { connection, settle })
      if (connection.closed) return settle(terminated(qualifiedName))
      connection.notify({ serverOriginatedRpcNotification: { requestId, rpc: rpcOf(name, values) } })
    })
  }

  #watch(connection: HostConnection): void {
    if (this.#known.has(connection)) return
    this.#known.add(connection)
    connection.onClose(() => {
      for (const [identity, registration] of this.#registrations) {
        if (registration.connection === connection) this.#registrations.delete(identity)
      }
      for (const call of [...this.#calls.values()]) {
        if (call.connection === connection) call.settle(terminated())
      }
      for (const listener of this.#listeners) listener()
    })
  }
}

function readRegistration(
  request: RPCRegistrationRequest | undefined,
  connection: HostConnection,
): Registration | undefined {
  const { name = '', defaults = [], timeout = defaultTimeout, role = Role.GENERIC } = request ?? {}
  const argumentNames = (request?.arguments ?? []).map((argument) => argument.name ?? '').sort()
  const namespace = namespaceOf(role, request)
  if (namespace === undefined) return undefined
  if (![name, ...argumentNames].every((one) => word.test(one))) return undefined
  if (new Set(argumentNames).size < argumentNames.length) return undefined
  const paths = defaults.map((one): [string, string] => [one.name ?? '', one.path ?? ''])
  if (!paths.every(([argument, path]) => argumentNames.includes(argument) && path !== '')) return undefined
  const seconds = timeout > 0 ? timeout : defaultTimeout
  return {
    name,
    qualifiedName: namespace === '' ? name : `${namespace}.${name}`,
    role,
    argumentNames,
    defaults: new Map(paths),
    connection,
    timeoutMs: Math.min(seconds * 1000, longestTimeout),
  }
}

/** Empty for a function that anyone may call; undefined when the role lacks its attributes. */
function namespaceOf(role: Role, request: RPCRegistrationRequest | undefined): string | undefined {
  if (role === Role.GENERIC) return ''
  const [prefix, identifier] =
    role === Role.SESSION_TITLE
      ? ['title', request?.sessionTitleAttributes?.uniqueIdentifier]
      : role === Role.STATUS_BAR_COMPONENT
        ? ['statusbar', request?.statusBarComponentAttributes?.uniqueIdentifier]
        : ['contextMenu', request?.contextMenuAttributes?.uniqueIdentifier]
  return identifier ? `${prefix}.${identifier.replaceAll('-', '_')}` : undefined
}

function identityOf({ qualifiedName, argumentNames }: ScriptFunction): string {
  return `${qualifiedName}(${argumentNames.join(',')})`
}

function readDefault(path: string, lookup: Lookup): VariableValue {
  const optional = path.endsWith('?')
  const value = lookup(optional ? path.slice(0, -1) : path) ?? null
  if (value === null && !optional) throw new EvaluationError(`The variable ${path} is not set`)
  return value
}

function rpcOf(name: string, values: Map<string, VariableValue>) {
  const sorted = [...values].sort(([left], [right]) => (left < right ? -1 : 1))
  return {
    name,
    arguments: sorted.map(([argument, value]) =>
      value === null ? { name: argument } : { name: argument, jsonValue: encodeJson(value) },
    ),
  }
}

function resultOf(json: string | undefined): VariableValue | EvaluationError {
  if (json === undefined) return null
  const value = decodeJson(json)
  if (value !== undefined) return value
  return new EvaluationError('The script answered with something that is not JSON')
}

function exceptionOf(json: string): EvaluationError {
  const exception = decodeJson(json)
  const isObject = typeof exception === 'object' && exception !== null && !Array.isArray(exception)
  const reason = isObject ? exception['reason'] : undefined
  return new EvaluationError(typeof reason === 'string' ? reason : 'The script raised an exception')
}

function terminated(name = 'the function'): EvaluationError {
  return new EvaluationError(`The script that provides ${name} has ended`)
}
