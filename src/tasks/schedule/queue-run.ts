/** Puts a run into the queue, and before it what it needs and is not there. */
import { isDeepStrictEqual } from 'node:util'
import { newRun } from '../../runner/new-run.ts'
import type { Run, RunCause } from '../../runner/run.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'
import { groupLimitIn } from '../queue/decide.ts'
import type { DaemonKeeper } from './daemon-keeper.ts'
import type { Definitions, SeenTasks } from './definitions.ts'
import type { RunBoard } from './run-board.ts'
import type { Runner } from './runner.ts'
import type { TaskControls } from './task-controls.ts'

export interface NewRun {
  cause: RunCause
  /** Also for what it needs. */
  variables?: Readonly<Record<string, string>>
  environment?: NodeJS.ProcessEnv
  /** Where it finds what it needs; absent: in the files that are followed. */
  seen?: SeenTasks
}

export interface QueueParts {
  board: RunBoard
  definitions: Definitions
  controls: TaskControls
  daemons: DaemonKeeper
  runner: Runner
}

/** All of them are on the disk when this returns. @returns the run of the task itself */
export function queueRun(parts: QueueParts, loaded: LoadedTask, wish: NewRun, now: number): Run {
  const { board, runner, daemons } = parts
  for (const name of loaded.task.needs) queueNeeded(parts, name, loaded.task.name, wish, now)
  const { task, file, line } = loaded
  const { cause, variables = {}, environment } = wish
  const source = { file, line, kind: 'yaml' }
  const groupLimit = groupLimitOf(parts, loaded, wish)
  const run = newRun(task, { source, cause, variables, groupLimit, reason: 'it waits for its turn', now })
  board.add(run)
  if (environment) runner.remember(run, environment)
  if (task.type === 'daemon') daemons.forget(task.name)
  return run
}

function queueNeeded(parts: QueueParts, name: string, by: string, wish: NewRun, now: number): void {
  const { board, definitions, controls } = parts
  const loaded = wish.seen?.tasks.find(({ task }) => task.name === name) ?? definitions.get(name)
  if (!loaded) return
  const isDaemon = loaded.task.type === 'daemon'
  // A run with other variables makes something else; a daemon is one for all.
  const serves = (run: Run) => isDaemon || isDeepStrictEqual(run.variables, wish.variables ?? {})
  if (board.openOf(name).some(serves)) return
  if (isDaemon) controls.change(name, { held: false })
  queueRun(parts, loaded, { ...wish, cause: { kind: 'dependency', by } }, now)
}

/** What a file says that nobody follows has to go with the run. */
function groupLimitOf(
  { definitions }: QueueParts,
  { task: { concurrency }, file }: LoadedTask,
  { seen }: NewRun,
): number | undefined {
  if (concurrency === undefined || !seen || definitions.isFollowed(file)) return undefined
  return groupLimitIn(seen.limits, concurrency)
}
