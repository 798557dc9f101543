/** A project with files as the monitor leaves them, made without running anything. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { initProject, placesIn } from '../../src/projects/project-places.ts'
import type { Attempt, TaskRecord } from '../../src/projects/run/task-record.ts'
import type { TaskResult } from '../../src/projects/run/task-result.ts'
import { newRun } from '../../src/runner/new-run.ts'
import type { Run } from '../../src/runner/run.ts'
import { Task } from '../../src/runner/task.ts'

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** `task-<name>-20260101-0000NN`. */
export const idOf = (name: string, second = 0): string =>
  `task-${name}-20260101-0000${String(second).padStart(2, '0')}`

export class MadeProject {
  readonly path: string

  constructor(path: string) {
    mkdirSync(path, { recursive: true })
    initProject(path)
    this.path = path
  }

  document(id: string, text = 'Do it.\n'): void {
    writeFileSync(join(placesIn(this.path).tasks, `${id}.md`), text)
  }

  marks(tasks: Record<string, object>): void {
    this.write('state/queue.json', JSON.stringify({ version: 1, tasks }))
  }

  record(id: string, record: Partial<TaskRecord>, text = 'Do it.\n'): void {
    const whole = { version: 1, task_id: id, document: { sha256: hash(text), text }, attempts: [], ...record }
    this.write(`state/tasks/${id}/task.json`, JSON.stringify(whole))
  }

  run(id: string, run: Partial<Run> & Pick<Run, 'id' | 'state'>): void {
    const made = newRun(oneStep(id, this.path), { source: { kind: 'project' }, cause: { kind: 'request' } })
    this.write(`state/tasks/${id}/runs/${run.id}.json`, JSON.stringify({ ...made, ...run }))
  }

  result(id: string, result: Partial<TaskResult>): void {
    this.write(`results/${id}.json`, JSON.stringify({ ...resultOf(id), ...result }))
  }

  /** @param path within the project */
  write(path: string, text: string): void {
    const whole = join(this.path, path)
    mkdirSync(join(whole, '..'), { recursive: true })
    writeFileSync(whole, text)
  }
}

export function attempt(number: number, end?: Attempt['end']): Attempt {
  return { number, run: `run${number}`, startedAt: '2026-01-01T10:00:00.000Z', ...(end && { end }) }
}

export function resultOf(id: string): TaskResult {
  return {
    version: 1,
    task_id: id,
    project: 'shop',
    status: 'completed',
    stdout: 'out\n',
    stderr: '',
    duration_seconds: 2,
    worker_output: { summary: 'I did it.' },
    error: null,
    started_at: '2026-01-01T10:00:00.000Z',
    completed_at: '2026-01-01T10:00:02.000Z',
    attempts: [],
    escalations: [],
    document_sha256: hash('Do it.\n'),
  }
}

function oneStep(name: string, cwd: string): Task {
  const step = {
    name: 'agent',
    action: { kind: 'command', run: 'true' },
    cwd,
    env: {},
    continueOnError: false,
  }
  return Task.parse({
    ...{ name, type: 'one-shot', enabled: true, groups: [], steps: [step], cwd, env: {}, overlap: 'queue' },
    ...{ needs: [], stop: { signal: 'SIGTERM', graceMs: 1 }, alerts: [], log: { maxBytes: 1000, keep: 1 } },
  })
}
