import type { ExplainedState } from '../agents/session-state.ts'
import type { SessionRecord } from './session-record.ts'

/** What is known of a session before its terminal was asked. */
export function initialState(record: SessionRecord): ExplainedState {
  const { exit, launchedAt } = record
  if (exit) {
    return {
      state: 'exited',
      reason: exit.reason,
      since: exit.at,
      source: 'terminal',
      evidence: exit.lastScreen.at(-1) ?? '',
    }
  }
  if (record.stage === 'intent') {
    return {
      state: 'starting',
      reason: 'it is being opened',
      since: launchedAt,
      source: 'launch',
      evidence: '',
    }
  }
  const since = new Date().toISOString()
  return { state: 'unknown', reason: 'the terminal was not asked yet', since, source: 'launch', evidence: '' }
}
