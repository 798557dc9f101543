/** What sessions need to know of the limits of accounts. */
import type { Account } from './account.ts'
import type { SessionLimit } from './session-info.ts'
import type { SessionRecord } from './session-record.ts'

export interface AccountGate {
  /** @throws {OrchError} `account-limited` while nothing may be started on the account */
  assertMayStart(account: Account | undefined): void
  limitOf(record: Pick<SessionRecord, 'id' | 'account'>): { limit?: SessionLimit }
}
