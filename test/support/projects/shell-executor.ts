/** Works on documents without agents: their text is a line for the shell. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Executor, TaskOrder } from '../../../src/projects/run/executor.ts'
import type { Task } from '../../../src/runner/task.ts'

export function shellExecutor(): Executor {
  return {
    async prepare(order) {
      const captured = capturedOf(order)
      const { project } = order
      const facts = { mode: 'headless', agent: 'sh', cwd: project.path, captured } as const
      return { facts, definition: definitionOf(order), environment: { ...process.env } }
    },
    async unprepare() {},
    async conclude({ project, id }, attempt, run, record) {
      const [step] = run.steps
      const completed = run.state === 'completed'
      const reason = completed ? undefined : run.reason
      const at = run.endedAt ?? run.updatedAt
      const state = completed ? 'completed' : 'failed'
      const ended = [...record.attempts.filter(({ number }) => number < attempt.number), attempt]
      const attempts = ended.map(({ number, run: name, startedAt, end }) => ({
        ...{ number, run: name, status: end?.state ?? state, error: end?.reason ?? reason ?? null },
        ...{ started_at: startedAt, completed_at: end?.at ?? at, duration_seconds: 0 },
      }))
      return {
        state,
        ...(reason !== undefined && { reason }),
        result: {
          ...{ version: 1, task_id: id, project: project.name, status: state },
          ...{ stdout: textOf(attempt.facts?.captured?.stdout), stderr: null, duration_seconds: 0 },
          ...{ worker_output: null, error: reason ?? null, escalations: [], exit_code: step?.exitCode },
          ...{ started_at: attempt.startedAt, completed_at: at, attempts },
          document_sha256: record.document.sha256,
        },
      }
    },
  }
}

function definitionOf(order: TaskOrder): Task {
  const { id, text, project } = order
  const cwd = project.path
  const action = { kind: 'command', run: text, capture: capturedOf(order) } as const
  return {
    ...{ name: id, type: 'one-shot', enabled: true, groups: [], cwd, env: {}, overlap: 'skip', needs: [] },
    steps: [{ name: 'work', action, cwd, env: {}, continueOnError: false }],
    ...{ stop: { signal: 'SIGTERM', graceMs: 5_000 }, alerts: [], log: { maxBytes: 1_000_000, keep: 1 } },
  }
}

function capturedOf({ project, id, number }: TaskOrder): { stdout: string; stderr: string } {
  const directory = join(project.path, 'state', 'tasks', id, `output-${number}`)
  return { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') }
}

function textOf(path: string | undefined): string | null {
  if (path === undefined) return null
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
