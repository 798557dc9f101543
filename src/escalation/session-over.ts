/** How an escalation ends whose session has ended: nobody can answer it any more. */
import type { Escalation, Outcome } from './escalation.ts'

export type SessionEnd = 'exited' | 'closed' | 'gone'

/**
 * `failed`: somebody had answered, and it did not get there. `expired`: the program ended before anybody did. Whoever
 * closes a session takes its question back with it.
 */
export function sessionOver(
  { answers }: Pick<Escalation, 'answers'>,
  how: SessionEnd,
  why: string,
): [Outcome, string] {
  const undelivered = answers.findLast(({ verdict }) => verdict === 'failed' || verdict === 'delivering')
  if (undelivered) return ['failed', `${why} before the answer of ${undelivered.from} got there`]
  return how === 'exited' ? ['expired', `${why}, and nobody had answered`] : ['withdrawn', why]
}
