/** What the monitor needs to have a document worked on; it knows nothing of agents. */
import type { Run } from '../../runner/run.ts'
import type { Task } from '../../runner/task.ts'
import type { Plan } from './plan.ts'
import type { Attempt, AttemptFacts, TaskRecord } from './task-record.ts'
import type { TaskResult } from './task-result.ts'

export interface TaskOrder {
  project: { name: string; path: string }
  /** Name of the document without `.md`. */
  id: string
  /** How it is done. */
  plan: Plan
  /** Of the document. */
  text: string
  /** From 1. */
  number: number
  /** Id of the run that it will be. */
  run: string
}

export interface Prepared {
  facts: AttemptFacts
  /** One step: the agent's own non-interactive program, or a session. No secret stands in it: it is written down. */
  definition: Task
  /** Environment of the run's process, with what `.env` files say; it is not written down. */
  environment: NodeJS.ProcessEnv
}

export interface Executor {
  /**
   * Everything that has to be there before an agent begins. May be called again for the same attempt after a crash,
   * and then changes nothing that is done.
   *
   * @throws {OrchError} the attempt fails with this
   */
  prepare(order: TaskOrder): Promise<Prepared>
  /**
   * Takes back what was prepared for an attempt that never began, as soon as nobody prepares it any more; not when the
   * next one is being prepared by then. Never rejects.
   */
  unprepare(order: TaskOrder): Promise<void>
  /**
   * Looks at what came of an attempt whose run is over. May be called again after a crash.
   *
   * @returns how it ended, and the result with it; `status` and `attempts` as if no other attempt came after it
   */
  conclude(
    order: TaskOrder,
    attempt: Attempt,
    run: Run,
    record: TaskRecord,
  ): Promise<{ state: 'completed' | 'failed' | 'cancelled'; reason?: string; result: TaskResult }>
}
