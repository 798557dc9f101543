/** The part of the service's HTTP API that is about limits. */
import { z } from 'zod'
import { AccountLimit } from '../escalation/limits/account-limit.ts'

export const LimitList = z.object({
  /** Accounts that are held back, or whose sessions still wait for their turn. */
  accounts: z.array(AccountLimit),
  /** Records that could not be read: the list is not whole. */
  unreadable: z.array(z.object({ path: z.string(), reason: z.string() })),
})
export type LimitList = z.infer<typeof LimitList>

export const ClearRequest = z.object({
  /** By whom: a mailbox; a person at the keyboard when absent. */
  by: z.string().min(1).max(200).optional(),
  /** Whether the parked sessions go on, one after the other, or are left alone. */
  resume: z.boolean().default(true),
})
