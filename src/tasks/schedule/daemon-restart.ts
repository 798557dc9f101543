/** Whether a daemon whose run ended is started again, and when. */
import type { DaemonRules } from '../../runner/task.ts'

/** How a run of the daemon ended, as far as it matters here. */
export interface DaemonEnd {
  state: 'completed' | 'failed' | 'stopped' | 'skipped'
  /** Its process was gone without a word: what it does itself about restarts was cut short. */
  vanished: boolean
  startedAt: number
  endedAt: number
}

export type RestartDecision = { at: number; attempt: number } | { never: string }

/**
 * The task process restarts the program of its daemon itself, so an end that it reports is final; one that vanished
 * is started anew by the same rules.
 *
 * @param ends the latest ends of the daemon, the newest first
 */
export function restartDecision(rules: DaemonRules, ends: readonly DaemonEnd[]): RestartDecision {
  const [last] = ends
  if (!last) return { at: 0, attempt: 0 }
  if (!last.vanished) return { never: finalReason(last) }
  if (rules.policy === 'never') return { never: 'its process vanished, and its restart policy is never' }
  const attempt = attemptsInARow(rules, ends)
  if (rules.limit !== undefined && attempt > rules.limit) {
    return { never: `its process vanished ${attempt} times in a row, and the limit is ${rules.limit}` }
  }
  return { at: last.endedAt + backoffMs(rules, attempt), attempt }
}

function finalReason({ state }: DaemonEnd): string {
  if (state === 'stopped') return 'it was stopped'
  if (state === 'skipped') return 'its start was skipped'
  return state === 'completed' ? 'it ended by itself' : 'it failed, and its restart limit is reached'
}

/** How often it vanished without having run well for `resetAfterMs` in between. */
function attemptsInARow(rules: DaemonRules, ends: readonly DaemonEnd[]): number {
  const broken = ends.findIndex((end) => !end.vanished || end.endedAt - end.startedAt >= rules.resetAfterMs)
  // The one that ran well for long begins the count anew, and is itself the first.
  if (broken < 0) return ends.length
  return ends[broken]?.vanished ? broken + 1 : broken
}

/** Before the attempt with this number, which begins at 1. */
function backoffMs({ delayMs, maxDelayMs, backoff }: DaemonRules, attempt: number): number {
  if (backoff === 'fixed') return delayMs
  return Math.min(maxDelayMs, delayMs * 2 ** Math.max(0, attempt - 1))
}
