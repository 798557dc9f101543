/** Where the files of tasks and their runs are; loads nothing, for the task process. */
import { basename, dirname, join } from 'node:path'
import type { Home } from '../lib/home.ts'

/** Where tasks, runs, pid files and logs are: those of the home, or of a project. `root` is always the home. */
export type RunPlaces = Pick<Home, 'root' | 'tasks' | 'pids' | 'logs'>

/** `state/tasks/<task>`. */
export function taskDirectory(places: RunPlaces, task: string): string {
  return join(places.tasks, task)
}

/** `state/tasks/<task>/runs`. */
export function runsDirectory(places: RunPlaces, task: string): string {
  return join(taskDirectory(places, task), 'runs')
}

export function runFile(places: RunPlaces, run: { task: string; id: string }): string {
  return join(runsDirectory(places, run.task), `${run.id}.json`)
}

/** Held by the process of the run as long as it lives. */
export function runLockFile(places: RunPlaces, run: { task: string; id: string }): string {
  return join(runsDirectory(places, run.task), `${run.id}.lock`)
}

/** How the run ends whose process is being killed. */
export function endingFile(places: RunPlaces, run: { task: string; id: string }): string {
  return join(runsDirectory(places, run.task), `${run.id}.ending`)
}

/** Held by the one process that runs the task. */
export function taskLockFile(places: RunPlaces, task: string): string {
  return join(taskDirectory(places, task), 'running.lock')
}

/** `pids/<task>.pid`. */
export function pidFile(places: RunPlaces, task: string): string {
  return join(places.pids, `${task}.pid`)
}

/** `logs/<task>.log`; older ones are `.1`, `.2` and so on. */
export function logFile(places: RunPlaces, task: string): string {
  return join(places.logs, `${task}.log`)
}

/** The logs of the service and the host stand beside those of the tasks. */
export const reservedTaskNames: ReadonlySet<string> = new Set(['service', 'host'])

/** The same of a project: everything stands in its own directory, so that its disk is nobody else's matter. */
export function runPlacesOf({ root }: Pick<Home, 'root'>, project: string): RunPlaces {
  const state = join(project, 'state')
  return { root, tasks: join(state, 'tasks'), pids: join(state, 'pids'), logs: join(project, 'logs') }
}

/** The places in which this run's file stands. */
export function placesOfRun(home: Home, path: string): RunPlaces {
  const state = dirname(dirname(dirname(dirname(path))))
  return state === home.state ? home : runPlacesOf(home, dirname(state))
}

/** What the path of a run's file names. */
export function runNamed(path: string): { task: string; id: string } {
  return { task: basename(dirname(dirname(path))), id: basename(path, '.json') }
}
