import { type InvokeFunctionRequest, InvokeFunctionResponseStatus } from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, statusName } from '../call.ts'
import { Iterm2Error } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { parseJson } from '../json-values.ts'

/**
 * In whose scope a call is evaluated. With `method` the function is called as a method of the object with
 * this session, tab or window id.
 */
export type InvocationContext =
  | 'app'
  | { session: string }
  | { tab: string }
  | { window: string }
  | { method: string }

/**
 * Has iTerm2 evaluate a call, such as one made by {@link invocation}, and gives its result.
 * @param options.timeoutSeconds how long the function may take; iTerm2's own 30 when absent
 * @throws {Iterm2Error} `rejected` with the status (`FAILED`, `TIMEOUT`, …) and iTerm2's reason.
 */
export async function invokeFunction(
  requester: Requester,
  context: InvocationContext,
  invocation: string,
  options: { timeoutSeconds?: number; signal?: AbortSignal } = {},
): Promise<JsonValue> {
  const { timeoutSeconds, signal } = options
  const payload = { ...encodeContext(context), invocation }
  const reply = await call(
    requester,
    'invokeFunction',
    timeoutSeconds === undefined ? payload : { ...payload, timeout: timeoutSeconds },
    signal && { signal },
  )
  if (reply.error !== undefined) {
    const status = statusName(reply.error.status ?? 0, InvokeFunctionResponseStatus)
    const reason = reply.error.errorReason || status
    throw new Iterm2Error('rejected', `iTerm2 could not evaluate ${shorten(invocation)}: ${reason}`, {
      status,
    })
  }
  return parseJson(reply.success?.jsonResult)
}

function encodeContext(context: InvocationContext): InvokeFunctionRequest {
  if (context === 'app') return { app: {} }
  if ('session' in context) return { session: { sessionId: context.session } }
  if ('tab' in context) return { tab: { tabId: context.tab } }
  if ('window' in context) return { window: { windowId: context.window } }
  return { method: { receiver: context.method } }
}

/** The name of the function only: its arguments may be secret. */
function shorten(invocation: string): string {
  const end = invocation.indexOf('(')
  return end < 0 ? 'the expression' : `${invocation.slice(0, Math.min(end, 80))}()`
}
