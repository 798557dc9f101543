/** Sends requests for the objects and turns what the terminal answers into results or errors. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { RequestName, RequestPayload, ResponsePayload } from '../messages/requests.ts'
import type { Requester, RequestOptions } from './api-types.ts'
import { Iterm2Error } from './errors.ts'

/** One transaction as the code inside it sees it; `open` is false once it has ended. */
export interface TransactionScope {
  readonly requester: Requester
  open: boolean
}

export const transactionScope = new AsyncLocalStorage<TransactionScope>()

/**
 * Sends one request. Every object goes through here, so that what cannot complete inside a transaction
 * fails at once instead of freezing the terminal until the request times out.
 * @throws {Iterm2Error} `in-transaction`, or as {@link Requester.request}.
 */
export async function call<N extends RequestName>(
  requester: Requester,
  name: N,
  payload: RequestPayload<N>,
  options?: RequestOptions,
): Promise<ResponsePayload<N>> {
  const scope = transactionScope.getStore()
  if (scope?.open && scope.requester === requester && !completesInTransaction(name, payload)) {
    throw new Iterm2Error(
      'in-transaction',
      `"${name}" cannot complete inside a transaction, because the terminal stands still until it ends`,
      { hint: 'Send it before the transaction begins or after it has ended.' },
    )
  }
  return requester.request(name, payload, options)
}

/**
 * Passes a status that is OK (0, or absent, which means the same).
 * @param statuses the enum of the reply, for the name of the status
 * @throws {Iterm2Error} `rejected` with the name of the status.
 */
export function requireOk(
  what: string,
  status: number | undefined,
  statuses: Readonly<Record<string, number>>,
): void {
  if (status === undefined || status === 0) return
  const name = statusName(status, statuses)
  throw new Iterm2Error(
    'rejected',
    `Could not ${what}: ${sentences[name] ?? `the terminal answered ${name}`}`,
    {
      status: name,
    },
  )
}

/** The name of a status, or its number when this version does not know it. */
export function statusName(status: number, statuses: Readonly<Record<string, number>>): string {
  return Object.entries(statuses).find(([, value]) => value === status)?.[0] ?? `status ${status}`
}

/** A request needs the terminal's main loop to go on when it creates something or runs code. */
function completesInTransaction<N extends RequestName>(name: N, payload: RequestPayload<N>): boolean {
  if (name === 'createTab' || name === 'splitPane' || name === 'invokeFunction') return false
  if (name === 'tmux') return 'listConnections' in payload
  if (name === 'setProperty') return !('name' in payload && payload.name === 'fullscreen')
  return true
}

const sentences: Readonly<Record<string, string>> = {
  SESSION_NOT_FOUND: 'the terminal knows no such session (SESSION_NOT_FOUND)',
  TAB_NOT_FOUND: 'the terminal knows no such tab (TAB_NOT_FOUND)',
  WINDOW_NOT_FOUND: 'the terminal knows no such window (WINDOW_NOT_FOUND)',
  INVALID_PROFILE_NAME: 'there is no profile of that name (INVALID_PROFILE_NAME)',
  CANNOT_SPLIT: 'the pane is too small to be split (CANNOT_SPLIT)',
  USER_DECLINED: 'the user said no (USER_DECLINED)',
}
