import type { Clock } from '../../lib/clock.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Run } from '../../runner/run.ts'
import type { Executor, TaskOrder } from '../run/executor.ts'
import type { TaskResult } from '../run/task-result.ts'
import { Bell } from './bell.ts'
import { orStopped } from './or-stopped.ts'
import type { ProjectLog } from './project-log.ts'
import type { TaskStore } from './task-store.ts'

/** So often a result is tried to be made, each time after twice as long, before it is done without. */
const mostTries = 5
const againMs = 1_000

/** How an attempt ended. */
export interface AttemptOutcome {
  state: 'completed' | 'failed' | 'cancelled'
  reason?: string
  /** Nobody could say how it went. */
  interrupted?: true
  /** Absent when there was no run that anybody could make one of. */
  result?: TaskResult
}

export interface ConcludeParts {
  executor: Executor
  clock: Clock
  log: ProjectLog
  store: TaskStore
  /** @throws while the project cannot be worked on */
  assertThere(): Promise<void>
}

/** @param cancelled whether somebody asked for its end */
export async function concludeRun(
  parts: ConcludeParts,
  order: TaskOrder,
  run: Run,
  cancelled: AbortSignal,
  stop: AbortSignal,
): Promise<AttemptOutcome> {
  const concluded = await outcomeOf(parts, order, run, stop)
  if (run.vanished) return { ...concluded, state: 'failed', interrupted: true, reason: run.reason }
  if (run.state !== 'stopped') return concluded
  if (cancelled.aborted) return { ...concluded, state: 'cancelled', reason: 'it was cancelled' }
  // Nobody here has asked for that: the computer is shut down, or somebody ended its process.
  return { ...concluded, state: 'failed', interrupted: true, reason: run.reason }
}

async function outcomeOf(
  { executor, clock, log, store, assertThere }: ConcludeParts,
  order: TaskOrder,
  run: Run,
  stop: AbortSignal,
): Promise<AttemptOutcome> {
  const { id } = order
  const bell = new Bell(clock)
  for (let again = 1; ; again++) {
    await assertThere()
    stop.throwIfAborted()
    try {
      const record = store.read(id)
      const attempt = record?.attempts.find((one) => one.run === run.id)
      if (!record || !attempt) throw new OrchError('failed', `The record of ${id} is gone.`)
      return await orStopped(executor.conclude(order, attempt, run, record), stop)
    } catch (error) {
      stop.throwIfAborted()
      const why = `its result could not be made: ${errorMessage(error)}`
      log.say(id, why, 'warn')
      if (again === mostTries) return { state: 'failed', reason: why }
    }
    await bell.wait(againMs * 2 ** (again - 1), stop)
  }
}
