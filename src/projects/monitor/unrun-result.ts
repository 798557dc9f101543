/** Results of tasks of which no agent can say anything. */
import { lookAtJsonFile } from '../../lib/json-file.ts'
import type { AttemptEnd, TaskRecord } from '../run/task-record.ts'
import { type AttemptResult, TaskResult } from '../run/task-result.ts'

/**
 * Of a task that ends without a run: cancelled while it waited, or not even prepared. What its file says of earlier
 * attempts stays.
 *
 * @param record with the attempt that ends, if there is one
 * @param path of the result of earlier attempts
 */
export function unrunResult(project: string, record: TaskRecord, end: AttemptEnd, path: string): TaskResult {
  const { task_id, document } = record
  const attempts = record.attempts.map((attempt): AttemptResult => {
    const { number, run, startedAt, end: own = end } = attempt
    return {
      ...{ number, run, status: own.state, error: errorOf(own) },
      ...{ started_at: startedAt, completed_at: own.at, duration_seconds: seconds(startedAt, own.at) },
    }
  })
  const before = lookAtJsonFile(path, TaskResult)
  // One that was asked for again begins with nothing.
  const known = before.kind === 'read' && before.value.status === 'retrying' ? before.value : undefined
  return {
    ...{ stdout: null, stderr: null, worker_output: null, escalations: [], ...known },
    ...{ version: 1, task_id, project, status: end.state, error: errorOf(end), attempts },
    duration_seconds: attempts.reduce((sum, attempt) => sum + attempt.duration_seconds, 0),
    ...{ started_at: attempts[0]?.started_at ?? end.at, completed_at: end.at },
    document_sha256: document.sha256,
  }
}

function errorOf({ state, reason }: AttemptEnd): string | null {
  return state === 'completed' ? null : (reason ?? state)
}

function seconds(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000
}
