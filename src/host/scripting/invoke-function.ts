/** The request that evaluates an invocation on behalf of a client. */
import { type InvokeFunctionRequest, InvokeFunctionResponseStatus } from '../../messages/iterm2.ts'
import type { RequestHandler } from '../handler.ts'
import type { VariableValue } from '../session-types.ts'
import { encodeJson } from '../variables/json-values.ts'
import { appScope, type Scope } from '../variables/scope.ts'
import type { VariableStore } from '../variables/variable-store.ts'
import { evaluateSequence } from './evaluate-expression.ts'
import { EvaluationError, ExpressionSyntaxError } from './expression.ts'
import type { FunctionRegistry } from './function-registry.ts'
import { parseInvocation } from './parse-expression.ts'

/** Seconds, when the request names none or a negative time. */
const defaultTimeout = 30

/** The longest that a timer of Node can wait, in milliseconds. */
const longestTimeout = 2 ** 31 - 1

export interface InvokeFunctionDeps {
  functions: FunctionRegistry
  store: VariableStore
  /** The session that an id, `active` included, means. */
  resolveSession(id: string): string | undefined
}

class InvocationTimeout extends Error {}

export function invokeFunctionHandler(deps: InvokeFunctionDeps): RequestHandler<'invokeFunction'> {
  const status = InvokeFunctionResponseStatus
  return async (request) => {
    const scope = findScope(request, deps)
    if ('status' in scope) return { error: scope }
    const seconds = request.timeout !== undefined && request.timeout >= 0 ? request.timeout : defaultTimeout
    try {
      const value = await runWithin(
        Math.min(seconds * 1000, longestTimeout),
        request.invocation ?? '',
        scope,
        deps,
      )
      return { success: { jsonResult: encodeJson(value) } }
    } catch (error) {
      if (error instanceof InvocationTimeout) return { error: { status: status.TIMEOUT } }
      if (error instanceof EvaluationError || error instanceof ExpressionSyntaxError) {
        return { error: { status: status.FAILED, errorReason: error.message } }
      }
      throw error
    }
  }
}

interface Refusal {
  status: InvokeFunctionResponseStatus
  errorReason: string
}

/** Where the invocation is evaluated; an unknown receiver is a failure, any other unknown object a bad id. */
function findScope(request: InvokeFunctionRequest, deps: InvokeFunctionDeps): Scope | Refusal {
  const status = InvokeFunctionResponseStatus
  const { app, session, tab, window, method } = request
  if (method) {
    if (!method.receiver)
      return { status: status.REQUEST_MALFORMED, errorReason: 'The method has no receiver' }
    const { receiver } = method
    const kinds = ['session', 'tab', 'window'] as const
    const scopes = kinds.map((kind): Scope => ({ kind, id: receiver }))
    const found = scopes.find((scope) => deps.store.exists(scope))
    return found ?? { status: status.FAILED, errorReason: `There is no object ${receiver}` }
  }
  if (app) return appScope
  const scope = namedScope(request, deps)
  if (!scope) return { status: status.REQUEST_MALFORMED, errorReason: 'The request names no context' }
  if (deps.store.exists(scope)) return scope
  const id = session?.sessionId ?? tab?.tabId ?? window?.windowId ?? ''
  return { status: status.INVALID_ID, errorReason: `There is no ${scope.kind} ${id}` }
}

function namedScope(
  { session, tab, window }: InvokeFunctionRequest,
  deps: InvokeFunctionDeps,
): Scope | undefined {
  if (session) return { kind: 'session', id: deps.resolveSession(session.sessionId ?? '') ?? '' }
  if (tab) return { kind: 'tab', id: tab.tabId ?? '' }
  return window && { kind: 'window', id: window.windowId ?? '' }
}

/** When the time is over, no further call of the invocation is made. */
async function runWithin(
  milliseconds: number,
  invocation: string,
  scope: Scope,
  { functions, store }: InvokeFunctionDeps,
): Promise<VariableValue> {
  const calls = parseInvocation(invocation)
  let expired = false
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      expired = true
      reject(new InvocationTimeout())
    }, milliseconds)
  })
  const evaluation = evaluateSequence(calls, {
    lookup: (path) => store.get(scope, path),
    call: async (name, values) => {
      if (expired) throw new InvocationTimeout()
      return functions.call(name, values, scope)
    },
  })
  try {
    return await Promise.race([evaluation, deadline])
  } finally {
    clearTimeout(timer)
  }
}
