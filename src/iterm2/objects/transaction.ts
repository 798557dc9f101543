import { TransactionResponseStatus } from '../../messages/iterm2.ts'
import type { Requester } from '../api-types.ts'
import { call, requireOk, transactionScope } from '../call.ts'
import { Iterm2Error } from '../errors.ts'

/** Transactions of this process wait for each other: the terminal has one for all. */
const queues = new WeakMap<Requester, Promise<unknown>>()

/**
 * Runs `work` while the terminal stands still: no output is read from programs and nothing is drawn, so
 * that several readings fit together. All other clients wait, so keep it short.
 *
 * What cannot complete meanwhile (creating tabs and panes, invoking functions, tmux commands) fails at once
 * with `in-transaction` instead of hanging.
 * @throws {Iterm2Error} `in-transaction` inside another one; `rejected` with NO_TRANSACTION when the
 * terminal ended it on its own, so that what was read may not fit together.
 */
export async function transaction<T>(requester: Requester, work: () => Promise<T>): Promise<T> {
  const outer = transactionScope.getStore()
  if (outer?.open && outer.requester === requester) {
    throw new Iterm2Error('in-transaction', 'A transaction cannot begin inside another one.', {
      hint: 'The outer one already holds the terminal still; do without the inner one.',
    })
  }
  const before = queues.get(requester) ?? Promise.resolve()
  const mine = before.then(() => run(requester, work))
  // The next one may begin when this one has ended, well or badly.
  queues.set(
    requester,
    mine.catch(() => undefined),
  )
  return mine
}

async function run<T>(requester: Requester, work: () => Promise<T>): Promise<T> {
  const begun = await call(requester, 'transaction', { begin: true })
  requireOk('begin a transaction', begun.status, TransactionResponseStatus)
  const scope = { requester, open: true }
  let result: T
  try {
    result = await transactionScope.run(scope, work)
  } catch (error) {
    scope.open = false
    // What went wrong inside says more than what may go wrong at the end.
    await call(requester, 'transaction', { begin: false }).catch(() => undefined)
    throw error
  }
  scope.open = false
  const ended = await call(requester, 'transaction', { begin: false })
  requireOk('end the transaction', ended.status, TransactionResponseStatus)
  return result
}
