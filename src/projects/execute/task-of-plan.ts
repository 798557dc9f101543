/** The one-step task that a run of a document executes. */
import type { Step, Task } from '../../runner/task.ts'

/** An agent that is asked to stop may save what it has, and end what it started. */
const graceMs = 10_000
/** Of the log beside the captured output. */
const log = { maxBytes: 10_000_000, keep: 2 }

/** Name of the step. */
export const agentStep = 'agent'

export function taskOf(
  id: string,
  {
    action,
    cwd,
    timeoutMs,
  }: { action: Step['action']; cwd: string; env?: Record<string, string>; timeoutMs?: number | undefined },
): Task {
  return {
    name: id,
    ...{ type: 'one-shot', enabled: true, groups: [], needs: [], overlap: 'skip', alerts: [] },
    steps: [{ name: agentStep, action, cwd, env: {}, continueOnError: false }],
    ...{ cwd, env: {}, log, stop: { signal: 'SIGTERM', graceMs } },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }
}
