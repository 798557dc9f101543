/** Keeps in a result what only the result before it said. Pure. */
import type { AttemptResult, TaskResult } from './task-result.ts'

/**
 * The result of a task that was tried more than once: with what each earlier attempt cost and asked.
 *
 * @param before what the file said before; that of the same attempt after a crash
 */
export function withEarlierAttempts(result: TaskResult, before: TaskResult | undefined): TaskResult {
  const known = new Map(before?.attempts.map((attempt) => [attempt.run, attempt]))
  const last = result.attempts.length - 1
  const attempts = result.attempts.map((attempt, at) => ({
    ...costOnly(at === last ? result.worker_output : known.get(attempt.run)),
    ...attempt,
  }))
  const asked = new Set(result.escalations.map(({ id }) => id))
  const earlier = (before?.escalations ?? []).filter(({ id }) => !asked.has(id))
  return { ...result, attempts, escalations: [...earlier, ...result.escalations] }
}

function costOnly(
  said: Pick<AttemptResult, 'cost_usd' | 'usage'> | null | undefined,
): Pick<AttemptResult, 'cost_usd' | 'usage'> {
  return {
    ...(said?.cost_usd !== undefined && { cost_usd: said.cost_usd }),
    ...(said?.usage !== undefined && { usage: said.usage }),
  }
}
