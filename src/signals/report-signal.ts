/** What a program reports of itself (OSC 7501, a hook of its own), as the word of a source. */
import type { BlockerKind } from '../agents/session-state.ts'
import type { Report } from './report.ts'
import type { Signal } from './signal.ts'

/** What a report says, without who says it and when. */
export type Said = Pick<Signal, 'state' | 'reason' | 'evidence' | 'blocker'>

type StandingReport = Pick<Report, 'kind' | 'message' | 'title'> & {
  state: Exclude<Report['state'], 'clear'>
}

/** Which of a program's reports stands for it: what needs somebody before what works, before what rests. */
const order = ['blocked', 'error', 'working', 'done', 'idle'] as const

/** Undefined when there are no reports. */
export function readReports(reports: readonly StandingReport[]): Said | undefined {
  for (const state of order) {
    const report = reports.find((candidate) => candidate.state === state)
    if (report) return explain(report)
  }
  return undefined
}

function explain({ state, kind, message, title }: StandingReport): Said {
  const evidence = message || title || ''
  switch (state) {
    case 'blocked':
      return {
        state: 'waiting',
        reason: `the program reports: ${kindText(kind)}`,
        evidence,
        blocker: blockerOf(kind),
      }
    case 'error':
      return { state: 'errored', reason: 'the program reports an error', evidence }
    case 'working':
      return { state: 'working', reason: 'the program reports that it works', evidence }
    case 'done':
      return { state: 'idle', reason: 'the program reports that it is done', evidence }
    case 'idle':
      return { state: 'idle', reason: 'the program reports that it is idle', evidence }
  }
}

function kindText(kind: Report['kind']): string {
  if (kind === 'permission') return 'it needs a permission'
  if (kind === 'auth') return 'it needs a login'
  return kind === 'question' ? 'it has a question' : 'it is blocked'
}

function blockerOf(kind: Report['kind']): BlockerKind {
  if (kind === 'auth') return 'login'
  return kind ?? 'question'
}
