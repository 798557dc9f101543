/** In place of a run whose record cannot be understood: what its file's name and its process still say. */
import { timeOfId } from '../../lib/ids.ts'
import { newRun } from '../../runner/new-run.ts'
import type { PidFile } from '../../runner/pid-file.ts'
import type { Run, RunProcess } from '../../runner/run.ts'
import type { Task } from '../../runner/task.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'

/** @param loaded the definition of now, which may not be that of the run */
export function standInRun(
  { task, id }: { task: string; id: string },
  loaded: LoadedTask | undefined,
  process: RunProcess | undefined,
): Run {
  const createdAt = timeOrNow(timeOfId(id))
  const source = loaded ? { file: loaded.file, line: loaded.line, kind: 'yaml' } : { kind: 'unknown' }
  const run = newRun(loaded?.task ?? undefinedTask(task), { source, cause: { kind: 'unknown' } })
  return {
    ...run,
    ...{ id, state: 'running', reason: 'its record cannot be understood', createdAt, startedAt: createdAt },
    ...(process && { process }),
  }
}

/** A run whose process has said that it has it, and may not have come to write so into its record. */
export function begunBy(run: Run, { version: _, run: __, ...process }: PidFile): Run {
  if (run.state !== 'queued') return run
  return { ...run, state: 'running', reason: 'it begins', process, startedAt: new Date().toISOString() }
}

/** One that no file defines: nothing of it is ever begun. */
function undefinedTask(name: string): Task {
  return {
    ...{ name, type: 'one-shot', enabled: false, groups: [], cwd: '/', env: {}, overlap: 'skip', needs: [] },
    steps: [
      {
        ...{ name: 'unknown', cwd: '/', env: {}, continueOnError: false },
        action: { kind: 'command', run: 'false' },
      },
    ],
    stop: { signal: 'SIGTERM', graceMs: 10_000 },
    alerts: [],
    log: { maxBytes: 10_000_000, keep: 5 },
  }
}

function timeOrNow(ms: number): string {
  const time = new Date(ms)
  return (Number.isNaN(time.getTime()) ? new Date() : time).toISOString()
}
