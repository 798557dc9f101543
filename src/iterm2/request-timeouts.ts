import type { GetBufferRequest, InvokeFunctionRequest } from '../messages/iterm2.ts'
import type { RequestName, RequestPayload } from '../messages/requests.ts'

/** Milliseconds; requests of this kind are answered in one turn of the terminal's main loop. */
export const defaultRequestTimeoutMs = 10_000

/** Milliseconds for what the terminal answers later: new sessions, animations, large replies, tmux. */
const slowMs = 30_000

/** Milliseconds for what may first ask the person at the screen. */
const humanMs = 10 * 60_000

/** Seconds; the terminal's own time for InvokeFunction when the request names none. */
const invokeDefaultSeconds = 30

/** Milliseconds that we wait longer than the terminal does, so that its own answer comes first. */
const invokeMarginMs = 5_000

/** How long to wait for a reply, in milliseconds, when the caller did not say. */
export function requestTimeout<N extends RequestName>(
  name: N,
  payload: RequestPayload<N>,
  defaultMs: number,
): number {
  switch (name) {
    case 'close':
      return 'force' in payload && payload.force ? Math.max(defaultMs, slowMs) : humanMs
    case 'invokeFunction':
      return invokeTimeout(payload as InvokeFunctionRequest)
    // A profile may ask for the values of its $$VARIABLES$$ first.
    case 'createTab':
    case 'splitPane':
    case 'savedArrangement':
      return humanMs
    // The screen alone is read in one turn; only history may be large.
    case 'getBuffer':
      return isScreenOnly(payload as GetBufferRequest) ? defaultMs : Math.max(defaultMs, slowMs)
    case 'menuItem':
    case 'screenshot':
    case 'setProperty':
    case 'tmux':
      return Math.max(defaultMs, slowMs)
    default:
      return defaultMs
  }
}

function isScreenOnly({ lineRange }: GetBufferRequest): boolean {
  return lineRange?.screenContentsOnly === true
}

function invokeTimeout({ timeout }: InvokeFunctionRequest): number {
  const seconds = timeout === undefined || timeout < 0 ? invokeDefaultSeconds : timeout
  return seconds * 1000 + invokeMarginMs
}
