/** What becomes of the runs that a service finds when it starts. */
import type { Run } from './run.ts'
import { isOver } from './run-state.ts'

export type Found =
  /** Nobody has begun it: it waits on. */
  | 'waits'
  /** Its process lives, or nobody can say that it does not: it is watched on. */
  | 'adopt'
  /** It ended while nobody looked: what follows from that is still to be done. */
  | 'ended'
  /** Its process is gone without a word: its end has to be written. */
  | 'settle'

/** @param life of its process; what cannot be looked at is never ended from here */
export function judgeFound(run: Pick<Run, 'state' | 'process'>, life: 'alive' | 'gone' | 'unknown'): Found {
  if (isOver(run)) return 'ended'
  if (life !== 'gone') return 'adopt'
  return run.state === 'queued' && run.process === undefined ? 'waits' : 'settle'
}
