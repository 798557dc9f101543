/** Where a task of a mailbox stands; without imports, for commands that only name the states. */
export const taskStates = [
  'queued',
  /** Needs others that are not completed. */
  'blocked',
  /** Cannot be claimed until somebody mends it. */
  'invalid',
  'claimed',
  /** Claimed by a process that is gone. */
  'orphaned',
  /** Given to a subordinate. */
  'assigned',
  'completed',
  'failed',
  /** A subtask whose parent was closed without it. */
  'left',
] as const
export type TaskState = (typeof taskStates)[number]
