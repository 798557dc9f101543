/** Waits until there is something to claim. */

import { stopAfter } from '../lib/stop-after.ts'
import type { Comms } from '../mail/comms.ts'
import { assertStillThere, type Mailbox } from '../mail/mailbox.ts'
import { watchDirectories } from '../mail/watch.ts'
import { Claimer, type ClaimOrder } from './claim.ts'
import { readClaimPlaces } from './claim-place.ts'
import type { HeldClaim } from './find-claim.ts'
import { defaultGraceMs, recoverClaims } from './recover.ts'

export interface ClaimWait {
  /** No waiting when 0, for ever when absent. */
  timeoutMs?: number | undefined
  graceMs?: number | undefined
  signal?: AbortSignal
  onProblem?: (reason: string) => void
}

/** Undefined when nothing came in time. Claims of owners that are gone are given back on the way. */
export async function claimOrWait(
  comms: Comms,
  mailbox: Mailbox,
  order: ClaimOrder,
  { timeoutMs, graceMs = defaultGraceMs, signal, onProblem }: ClaimWait,
): Promise<HeldClaim | undefined> {
  const claimer = new Claimer(comms, mailbox)
  const attempt = async () => {
    await recoverClaims(comms, mailbox, graceMs)
    assertStillThere(mailbox)
    return claimer.claim(order)
  }
  const first = await attempt()
  if (first || timeoutMs === 0) return first
  // Subtasks appear in the directories of claims, and what others need in `completed`.
  const parents = readClaimPlaces(comms, mailbox).map(({ path }) => path)
  const watch = watchDirectories(
    [mailbox.toExecute, mailbox.tasks, mailbox.completed, mailbox.inProgress, ...parents],
    { ...(onProblem && { onProblem }) },
  )
  const stop = stopAfter(timeoutMs, signal)
  try {
    for (;;) {
      const claim = await attempt()
      if (claim || stop.aborted) return claim
      await watch.next(stop)
    }
  } finally {
    await watch.close()
  }
}
