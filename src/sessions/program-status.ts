/** What a program reports about itself (OSC 7501), as the terminal hands it on. */
import { z } from 'zod'
import type { BlockerKind, SessionState } from '../agents/session-state.ts'

/** The session variable that holds the records; unset in terminals that do not know the protocol. */
export const programStatusVariable = 'orch.programStatus'

const Report = z.object({
  id: z.string().default(''),
  state: z.enum(['idle', 'working', 'blocked', 'done', 'error']),
  kind: z.enum(['permission', 'question', 'auth']).optional(),
  app: z.string().optional(),
  title: z.string().optional(),
  msg: z.string().optional(),
})

const Reports = z.union([
  z.array(Report),
  z.object({ records: z.array(Report) }).transform((all) => all.records),
])

export interface ProgramStatus {
  state: SessionState
  reason: string
  /** The program's own words, untrusted. */
  message: string
  blocker?: BlockerKind
}

/** Which report stands for the session: what needs somebody before what works, before what rests. */
const order = ['blocked', 'error', 'working', 'done', 'idle'] as const

/** The status that the variable's value tells, or undefined when it tells none. */
export function readProgramStatus(value: unknown): ProgramStatus | undefined {
  const reports = Reports.safeParse(value)
  if (!reports.success) return undefined
  const state = order.find((candidate) => reports.data.some((report) => report.state === candidate))
  const report = reports.data.find((candidate) => candidate.state === state)
  return report && explain(report)
}

function explain(report: z.infer<typeof Report>): ProgramStatus {
  const message = report.msg ?? report.title ?? ''
  switch (report.state) {
    case 'blocked':
      return {
        state: 'waiting',
        reason: `the program reports: ${kindText(report.kind)}`,
        message,
        blocker: blockerOf(report.kind),
      }
    case 'error':
      return { state: 'errored', reason: 'the program reports an error', message }
    case 'working':
      return { state: 'working', reason: 'the program reports that it works', message }
    case 'done':
      return { state: 'idle', reason: 'the program reports that it is done', message }
    case 'idle':
      return { state: 'idle', reason: 'the program reports that it is idle', message }
  }
}

function kindText(kind: 'permission' | 'question' | 'auth' | undefined): string {
  if (kind === 'permission') return 'it needs a permission'
  if (kind === 'auth') return 'it needs a login'
  return kind === 'question' ? 'it has a question' : 'it is blocked'
}

function blockerOf(kind: 'permission' | 'question' | 'auth' | undefined): BlockerKind {
  if (kind === 'auth') return 'login'
  return kind ?? 'question'
}
