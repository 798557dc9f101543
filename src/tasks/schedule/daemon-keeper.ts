/** Which daemons have to run and do not, and when they are started. */

import type { Run } from '../../runner/run.ts'
import type { Task } from '../../runner/task.ts'
import { type DaemonEnd, type RestartDecision, restartDecision } from './daemon-restart.ts'

/** So many ends are looked at to count restarts in a row. */
const remembered = 50

export interface DaemonKeeperOptions {
  /** The daemons that are enabled and not held. */
  wanted(): readonly Task[]
  hasOpen(task: string): boolean
  /** The latest runs, the newest first. */
  history(task: string, limit: number): readonly Run[]
}

export class DaemonKeeper {
  readonly #options: DaemonKeeperOptions
  /** Per task, what follows from its last run: looked up once for each end. */
  readonly #decided = new Map<string, RestartDecision>()

  constructor(options: DaemonKeeperOptions) {
    this.#options = options
  }

  /** Those to be queued now. */
  due(now: number): Task[] {
    return this.#absent().flatMap(({ task, decision }) =>
      'at' in decision && decision.at <= now ? [task] : [],
    )
  }

  /** When the next one is to be queued. */
  nextAt(): number | undefined {
    const times = this.#absent().flatMap(({ decision }) => ('at' in decision ? [decision.at] : []))
    return times.length > 0 ? Math.min(...times) : undefined
  }

  /** Whether it will be started by itself. */
  isComing(task: string): boolean {
    return this.#absent().some(({ task: { name }, decision }) => name === task && 'at' in decision)
  }

  /** Why it is not started by itself; undefined when it is, or runs. */
  whyNot(task: string): string | undefined {
    const decision = this.#absent().find((one) => one.task.name === task)?.decision
    return decision && 'never' in decision ? decision.never : undefined
  }

  /** After a run of it ended, or somebody wants it to begin anew. */
  forget(task: string): void {
    this.#decided.delete(task)
  }

  #absent(): { task: Task; decision: RestartDecision }[] {
    return this.#options
      .wanted()
      .filter(({ name }) => !this.#options.hasOpen(name))
      .map((task) => ({ task, decision: this.#decide(task) }))
  }

  #decide(task: Task): RestartDecision {
    const known = this.#decided.get(task.name)
    if (known) return known
    const ends = this.#options.history(task.name, remembered).flatMap(endOf)
    const decision: RestartDecision = task.daemon
      ? restartDecision(task.daemon, ends)
      : { never: 'it is none' }
    this.#decided.set(task.name, decision)
    return decision
  }
}

function endOf(run: Run): DaemonEnd[] {
  const { state, endedAt, startedAt, createdAt } = run
  if (state !== 'completed' && state !== 'failed' && state !== 'stopped' && state !== 'skipped') return []
  return [
    {
      state,
      // Stopped by a command it is held, and not asked about here: this was a shutdown, or a signal of somebody else.
      vanished: state === 'stopped' || run.vanished === true,
      startedAt: Date.parse(startedAt ?? createdAt),
      endedAt: Date.parse(endedAt ?? createdAt),
    },
  ]
}
