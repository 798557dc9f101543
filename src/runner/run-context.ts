import type { SecretValues } from '../lib/redact/secret-values.ts'
import type { AgentSessions } from './agent-sessions.ts'
import type { LineWatch } from './line-watch.ts'
import type { RunClock } from './run-clock.ts'
import type { RunKeeper } from './run-keeper.ts'
import type { RunLog } from './run-log.ts'
import type { Task } from './task.ts'

/** What everything in the process of a run shares. */
export interface RunContext {
  task: Task
  /** Of the run. */
  id: string
  keeper: RunKeeper
  log: RunLog
  clock: RunClock
  /** Every line of output is shown to it. */
  lines: LineWatch
  /** Environment of all steps. */
  env: Readonly<Record<string, string | undefined>>
  /** Values that must stand neither in the log nor in anything else that is kept. */
  secrets: SecretValues
  /** When this process began, as the process table has it. */
  since: string | undefined
  /** The way to the sessions of agents; loaded when the first one is opened. */
  agents(): Promise<AgentSessions>
}

/** How a step, or all of them, ended. */
export interface StepEnd {
  state: 'completed' | 'failed' | 'stopped'
  reason?: string
  exitCode?: number
  signal?: string
}
