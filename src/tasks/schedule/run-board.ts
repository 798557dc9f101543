/** The runs of this home as they are now: what is not over, and how each task ended last. */
import { rmSync } from 'node:fs'
import { EventEmitter } from 'eventemitter3'
import { errorMessage } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Run } from '../../runner/run.ts'
import { knownTasks, readRun, runIds, writeRun } from '../../runner/run-files.ts'
import { runFile, runLockFile } from '../../runner/run-paths.ts'
import { isOver } from '../../runner/run-state.ts'
import { RunLedger } from './run-ledger.ts'
import { RunWatch } from './run-watch.ts'

/** Finished runs of each task that are kept. */
export const keptRuns = 100
/** So many more may lie there before the oldest are removed together. */
const pruneSlack = 20

type Reference = Pick<Run, 'task' | 'id'>

export class RunBoard extends EventEmitter<{ changed: [after: Run, before: Run | undefined] }> {
  readonly #home: Home
  readonly #log: Logger
  readonly #ledger: RunLedger
  readonly #watch: RunWatch
  readonly #runs = new Map<string, Run>()
  /** Ids of the runs of each task that are not accounted for. */
  readonly #ofTask = new Map<string, Set<string>>()
  readonly #last = new Map<string, Run>()
  readonly #finished = new Map<string, number>()

  constructor(home: Home, log: Logger) {
    super()
    this.#home = home
    this.#log = log
    this.#ledger = new RunLedger(home)
    this.#watch = new RunWatch(home, {
      changed: (run) => this.refresh(run),
      appeared: (task) => this.#lookFor(task),
      failed: (error) => log.warn({ error: errorMessage(error) }, 'changes of runs are noticed late'),
    })
  }

  /** Reads what earlier services left, and gives the runs that are not accounted for. */
  load(): Run[] {
    if (!this.#ledger.load()) this.#log.warn('the list of open runs cannot be read; the runs themselves are')
    for (const reference of this.#ledger.all()) {
      const run = this.#read(reference)
      if (run) this.#hold(run)
      // It was entered, and the crash came before its record.
      else if (run === undefined) this.#ledger.crossOut(reference.id)
    }
    for (const task of knownTasks(this.#home)) this.#lookBack(task)
    this.#watch.start()
    return this.unaccounted()
  }

  stop(): void {
    this.#watch.stop()
  }

  /** The first record of a run, written before anything is done. */
  add(run: Run): void {
    this.#ledger.enter(run)
    try {
      writeRun(this.#home, run)
    } catch (error) {
      // It may be there already, and only not be on the disk for certain: it is tried again as another run.
      rmSync(runFile(this.#home, run), { force: true })
      this.#ledger.crossOut(run.id)
      throw error
    }
    this.#hold(run)
  }

  /** Another record of a run that no process has yet, or has any more. */
  write(run: Run): void {
    writeRun(this.#home, run)
    this.#take(run)
  }

  /** Takes over what its file says now. */
  refresh(reference: Reference): void {
    const run = this.#read(reference)
    if (run) this.#take(run)
  }

  get(id: string): Run | undefined {
    return this.#runs.get(id)
  }

  /** The oldest first. */
  unaccounted(): Run[] {
    return [...this.#runs.values()].sort(byAge)
  }

  /** Not over, the oldest first. */
  open(): Run[] {
    return this.unaccounted().filter((run) => !isOver(run))
  }

  /** Those of one task that are not over, the oldest first. */
  openOf(task: string): Run[] {
    const runs = [...(this.#ofTask.get(task) ?? [])].flatMap((id) => this.#runs.get(id) ?? [])
    return runs.filter((run) => !isOver(run)).sort(byAge)
  }

  lastOf(task: string): Run | undefined {
    return this.#last.get(task)
  }

  /** How each task ended last. */
  lastRuns(): Run[] {
    return [...this.#last.values()]
  }

  /** All that follows from its end was done. */
  account(run: Run): void {
    this.#runs.delete(run.id)
    // Not the one that began last: a slot may be left out while a run goes on.
    if ((this.#last.get(run.task)?.endedAt ?? '') <= (run.endedAt ?? '')) this.#last.set(run.task, run)
    const others = this.#ofTask.get(run.task)
    others?.delete(run.id)
    if (others?.size === 0) {
      this.#ofTask.delete(run.task)
      this.#watch.forget(run.task)
    }
    this.#prune(run.task)
    // The last: should it fail, all else is done, and the next service does it again.
    this.#ledger.crossOut(run.id)
  }

  /** The newest first; a record that cannot be read is left out and counted. */
  history(task: string, limit: number): { runs: Run[]; unreadable: number } {
    const ids = runIds(this.#home, task).toReversed()
    const found = ids.slice(0, limit).map((id) => this.#runs.get(id) ?? this.#read({ task, id }))
    return {
      runs: found.filter((run) => run !== undefined && run !== null),
      unreadable: found.filter((run) => run === null).length,
    }
  }

  /** Runs of the task with a greater id than this one, the newest first: those that may have taken later slots. */
  since(task: string, id: string | undefined): Run[] {
    const ids = runIds(this.#home, task).filter((one) => id === undefined || one > id)
    return ids.toReversed().flatMap((one) => this.#runs.get(one) ?? this.#read({ task, id: one }) ?? [])
  }

  #hold(run: Run): void {
    this.#runs.set(run.id, run)
    this.#ofTask.set(run.task, (this.#ofTask.get(run.task) ?? new Set()).add(run.id))
    this.#watch.follow(run.task)
  }

  #take(run: Run): void {
    const before = this.#runs.get(run.id)
    if (!before || (before.updatedAt === run.updatedAt && before.state === run.state)) return
    this.#runs.set(run.id, run)
    this.emit('changed', run, before)
  }

  /** How it ended last; and runs that were made without a service, or that a power failure took from the ledger. */
  #lookBack(task: string): void {
    const ids = runIds(this.#home, task).toReversed()
    this.#finished.set(task, ids.length)
    for (const id of ids.filter((one) => !this.#ledger.has(one))) {
      const run = this.#read({ task, id })
      if (!run) continue
      if (isOver(run)) {
        this.#last.set(task, run)
        return
      }
      this.#ledger.enter(run)
      this.#hold(run)
    }
  }

  /** A process of the task appeared: it may be one that no service has started. */
  #lookFor(task: string): void {
    const [id] = runIds(this.#home, task).slice(-1)
    if (id === undefined || this.#ledger.has(id)) return
    const run = this.#read({ task, id })
    if (!run || isOver(run)) return
    this.#ledger.enter(run)
    this.#hold(run)
    this.emit('changed', run, undefined)
  }

  /** Null when it is there and cannot be read: that is not "none". */
  #read(reference: Reference): Run | undefined | null {
    try {
      return readRun(this.#home, reference)
    } catch (error) {
      this.#log.error({ run: reference, error: errorMessage(error) }, 'a run cannot be read')
      return null
    }
  }

  #prune(task: string): void {
    const count = (this.#finished.get(task) ?? runIds(this.#home, task).length) + 1
    this.#finished.set(task, count)
    if (count <= keptRuns + pruneSlack) return
    const ids = runIds(this.#home, task).filter((id) => !this.#runs.has(id))
    for (const id of ids.slice(0, Math.max(0, ids.length - keptRuns))) {
      rmSync(runFile(this.#home, { task, id }), { force: true })
      rmSync(runLockFile(this.#home, { task, id }), { force: true })
    }
    this.#finished.set(task, Math.min(ids.length, keptRuns))
  }
}

function byAge(left: Run, right: Run): number {
  return left.id < right.id ? -1 : 1
}
