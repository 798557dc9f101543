/** Runs of tasks in processes of their own, by the built binary. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, vi } from 'vitest'
import { type Home, resolveHome } from '../../src/lib/home.ts'
import { killProcesses } from '../../src/runner/end-processes.ts'
import { type LogLine, parseLogLine } from '../../src/runner/log-line.ts'
import { newRun } from '../../src/runner/new-run.ts'
import type { Run } from '../../src/runner/run.ts'
import { readRun } from '../../src/runner/run-files.ts'
import { logFile } from '../../src/runner/run-paths.ts'
import { isOver } from '../../src/runner/run-state.ts'
import { startRun } from '../../src/runner/start-run.ts'
import type { Step, Task } from '../../src/runner/task.ts'

export const binary = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url))
export const taskProcessCommand = [process.execPath, binary, 'task-process']

/** Long enough for a busy computer; nothing is measured by it. */
const usualPatienceMs = 18_000

export interface TaskRuns {
  home: Home
  /** An empty directory where the steps work. */
  work: string
  task(steps: (string | Partial<Step>)[], more?: Partial<Task>): Task
  /** Starts a run; it is ended when the tests of the file are over. */
  start(task: Task, variables?: Record<string, string>): Promise<Run>
  /** Waits until the record fits. */
  until(run: Run, fits: (run: Run) => boolean): Promise<Run>
  /** Waits until it is over. */
  ended(run: Run): Promise<Run>
  log(task: string): LogLine[]
  /** Texts that one stream of a step printed. */
  printed(task: string, step: string, stream?: LogLine['stream']): string[]
}

/** @param given a home that is there already, how long to wait */
export function useTaskRuns(given: { home?: Home; patienceMs?: number } = {}): TaskRuns {
  const { patienceMs = usualPatienceMs } = given
  const work = mkdtempSync(join(process.env['HOME'] ?? '', 't-'))
  const home = given.home ?? resolveHome({ ITERM_ORCH_HOME: join(work, 'h') })
  const started: Run[] = []
  afterAll(async () => {
    for (const { id } of started) await killProcesses({ run: id })
  })
  const runs: TaskRuns = {
    home,
    work,
    task: (steps, more = {}) => aTask(work, steps, more),
    async start(task, variables = {}) {
      const run = newRun(task, { source: { kind: 'test' }, cause: { kind: 'manual' }, variables })
      started.push(run)
      await startRun(home, run, { command: taskProcessCommand })
      return run
    },
    until: (run, fits) =>
      vi.waitFor(
        () => {
          const now = readRun(home, run)
          if (now && fits(now)) return now
          throw new Error(`the run is ${now?.state}: ${now?.reason}`)
        },
        { timeout: patienceMs, interval: 30 },
      ),
    ended: (run) => runs.until(run, isOver),
    log: (task) =>
      readFileSync(logFile(home, task), 'utf8')
        .split('\n')
        .flatMap((line) => parseLogLine(line) ?? []),
    printed: (task, step, stream = 'stdout') =>
      runs
        .log(task)
        .filter((line) => line.step === step && line.stream === stream)
        .map(({ text }) => text),
  }
  return runs
}

function aTask(cwd: string, steps: (string | Partial<Step>)[], more: Partial<Task>): Task {
  return {
    ...{ name: 'job', type: 'one-shot', enabled: true, groups: [], cwd, env: {}, overlap: 'skip', needs: [] },
    steps: steps.map((step, index) => ({
      ...{ name: `step-${index + 1}`, cwd, env: {}, continueOnError: false },
      action: { kind: 'command', run: typeof step === 'string' ? step : 'true' },
      ...(typeof step === 'string' ? {} : step),
    })),
    ...{ stop: { signal: 'SIGTERM', graceMs: 5_000 }, alerts: [], log: { maxBytes: 1_000_000, keep: 3 } },
    ...more,
  }
}

/** What the process table says of a process; undefined when it is gone. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
