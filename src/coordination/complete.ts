/** Ends a claimed task and tells the one who asked for it. */
import { join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { errorMessage } from '../lib/errors.ts'
import type { Comms } from '../mail/comms.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { lockFile, withFinished } from './claim-lock.ts'
import { deliverResult, replyOf } from './deliver-result.ts'
import type { HeldClaim } from './find-claim.ts'
import { type Deliverables, type Finished, finishTask } from './finish.ts'

export interface Delivered extends Finished {
  /** Mailbox that the result was sent to. */
  reply?: string
  /** Why it could not be sent; the task is completed all the same. */
  deliveryProblem?: string
}

/** As {@link finishTask}; then the result goes to the task's `reply` mailbox, or to the given one. */
export async function completeTask(
  comms: Comms,
  mailbox: Mailbox,
  claim: HeldClaim,
  outcome: 'completed' | 'failed',
  deliverables: Deliverables,
  options: { force?: boolean; reply?: string } = {},
): Promise<Delivered> {
  const finished = await finishTask(comms, mailbox, claim, outcome, deliverables, options)
  return deliverFinished(comms, mailbox, finished)
}

/** Brings the result to whoever asked for it; nothing is brought or told twice when several find it at once. */
export async function deliverFinished(
  comms: Comms,
  mailbox: Mailbox,
  finished: Finished,
): Promise<Delivered> {
  const { task, path } = finished
  const reply = replyOf(path, task)
  if (reply === undefined) {
    removeQuietly(join(path, lockFile))
    return finished
  }
  try {
    await withFinished(path, task, () => deliverResult(comms, mailbox, task, reply))
    return { ...finished, reply }
  } catch (error) {
    return { ...finished, reply, deliveryProblem: errorMessage(error) }
  }
}
