/** What the process table tells of a session: that its agent has left a shell behind, that it uses CPU time. */
import { type ProcessFacts, readProcessFacts } from '../signals/process-activity.ts'
import type { SignalBoard } from '../signals/signal-board.ts'
import type { JobTracker } from './job-tracker.ts'

export type ReadFacts = (pid: number) => Promise<ProcessFacts | undefined>

/** States of these sources, or of none, are looked after: nothing better tells what the program does. */
const weak: ReadonlySet<string> = new Set(['none', 'output', 'process'])

export class ProcessFeed {
  readonly #job: Pick<JobTracker, 'name' | 'shellSince' | 'pid'>
  readonly #board: SignalBoard
  readonly #read: ReadFacts
  #before: { pid: number; facts: ProcessFacts } | undefined

  constructor(
    job: Pick<JobTracker, 'name' | 'shellSince' | 'pid'>,
    board: SignalBoard,
    read: ReadFacts = readProcessFacts,
  ) {
    this.#job = job
    this.#board = board
    this.#read = read
  }

  /** The foreground job may have changed. A shell says something only where an agent was before. */
  jobChanged(isAgent: boolean, now: number): void {
    const { shellSince, name = '' } = this.#job
    if (isAgent && shellSince !== undefined) {
      const reason = 'the agent has ended, and its shell is in the foreground'
      this.#board.set('process', { state: 'idle', reason, evidence: name, since: shellSince }, now)
    } else if (this.#board.of('process')?.state === 'idle') this.#board.set('process', undefined, now)
  }

  /**
   * Compares the process with what it was at the call before. That it uses no CPU time tells nothing: it may
   * wait for the network.
   *
   * @param source who tells the present state; only where that is weak the process table is read
   */
  async look(isAgent: boolean, source: string, now: number): Promise<void> {
    this.jobChanged(isAgent, now)
    const resting = isAgent && this.#job.shellSince !== undefined
    const pid = weak.has(source) && !resting ? await this.#job.pid() : undefined
    const facts = pid === undefined ? undefined : await this.#read(pid)
    const before = this.#before?.pid === pid ? this.#before?.facts : undefined
    this.#before = pid === undefined || facts === undefined ? undefined : { pid, facts }
    if (!before || !facts) return
    const seconds = facts.cpuSeconds - before.cpuSeconds
    if (seconds <= 0 && facts.children === before.children) return
    const evidence = `${seconds} s of CPU time, ${facts.children} processes below it`
    this.#board.set('process', { state: 'working', reason: 'its processes are at work', evidence }, now)
  }
}
