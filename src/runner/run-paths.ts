/** Where the files of tasks and their runs are; loads nothing, for the task process. */
import { basename, dirname, join } from 'node:path'
import type { Home } from '../lib/home.ts'

/** `state/tasks/<task>`. */
export function taskDirectory(home: Home, task: string): string {
  return join(home.tasks, task)
}

/** `state/tasks/<task>/runs`. */
export function runsDirectory(home: Home, task: string): string {
  return join(taskDirectory(home, task), 'runs')
}

export function runFile(home: Home, run: { task: string; id: string }): string {
  return join(runsDirectory(home, run.task), `${run.id}.json`)
}

/** Held by the process of the run as long as it lives. */
export function runLockFile(home: Home, run: { task: string; id: string }): string {
  return join(runsDirectory(home, run.task), `${run.id}.lock`)
}

/** Held by the one process that runs the task. */
export function taskLockFile(home: Home, task: string): string {
  return join(taskDirectory(home, task), 'running.lock')
}

/** `pids/<task>.pid`. */
export function pidFile(home: Home, task: string): string {
  return join(home.pids, `${task}.pid`)
}

/** `logs/<task>.log`; older ones are `.1`, `.2` and so on. */
export function logFile(home: Home, task: string): string {
  return join(home.logs, `${task}.log`)
}

/** The logs of the service and the host stand beside those of the tasks. */
export const reservedTaskNames: ReadonlySet<string> = new Set(['service', 'host'])

/** What the path of a run's file names. */
export function runNamed(path: string): { task: string; id: string } {
  return { task: basename(dirname(dirname(path))), id: basename(path, '.json') }
}
