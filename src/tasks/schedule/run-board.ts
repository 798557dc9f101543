/** The runs of this home as they are now: what is not over, and how each task ended last. */
import { rmSync } from 'node:fs'
import { EventEmitter } from 'eventemitter3'
import { errorMessage, systemErrorCode } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { type JsonContent, setFileAside } from '../../lib/json-file.ts'
import type { Logger } from '../../lib/logger.ts'
import { SaidOnce } from '../../lib/said-once.ts'
import { readPidFile } from '../../runner/pid-file.ts'
import type { Run } from '../../runner/run.ts'
import { knownTasks, lookAtRun, runIds, writeRun } from '../../runner/run-files.ts'
import { runLife } from '../../runner/run-life.ts'
import { endingFile, runFile, runLockFile, runsDirectory, taskDirectory } from '../../runner/run-paths.ts'
import { isOver } from '../../runner/run-state.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'
import { keepMs } from './alert-rules.ts'
import type { DamageReport } from './damage-report.ts'
import { RunLedger } from './run-ledger.ts'
import { RunWatch } from './run-watch.ts'
import { begunBy, standInRun } from './stand-in-run.ts'

/** Finished runs of each task that are kept. */
export const keptRuns = 100
/** So many more may lie there before the oldest are removed together. */
const pruneSlack = 20

type Reference = Pick<Run, 'task' | 'id'>

export interface RunBoardOptions {
  home: Home
  log: Logger
  damage: DamageReport
  /** The definition of now. */
  definition(task: string): LoadedTask | undefined
}

export class RunBoard extends EventEmitter<{ changed: [after: Run, before: Run | undefined] }> {
  readonly #options: RunBoardOptions
  readonly #home: Home
  readonly #ledger: RunLedger
  readonly #watch: RunWatch
  readonly #unreadable = new SaidOnce()
  readonly #runs = new Map<string, Run>()
  /** Ids of the runs of each task that are not accounted for. */
  readonly #ofTask = new Map<string, Set<string>>()
  readonly #last = new Map<string, Run>()
  readonly #finished = new Map<string, number>()
  /** Ids of runs of which only a stand-in is known: their records could not be understood so far. */
  readonly #standIns = new Set<string>()

  constructor(options: RunBoardOptions) {
    super()
    const { home, log } = options
    this.#options = options
    this.#home = home
    this.#ledger = new RunLedger(home)
    this.#watch = new RunWatch(home, {
      changed: (run) => this.refresh(run),
      appeared: (task) => this.#lookFor(task),
      failed: (error) => log.warn({ error: errorMessage(error) }, 'changes of runs are noticed late'),
    })
  }

  /**
   * Reads what earlier services left, and gives the runs that are not accounted for. What cannot be read of it is
   * told of, and keeps nothing else from being found.
   *
   * @throws when the tasks cannot be listed
   */
  load(): Run[] {
    const { damage, log } = this.#options
    const isWhole = this.#ledger.load((file) => damage.add(file))
    if (!isWhole) log.info('there is no list of the open runs; all records are looked at')
    for (const reference of this.#ledger.all()) {
      const record = this.#read(reference)
      if (record.kind === 'read') this.#hold(record.value)
      // It was entered, and the crash came before its record.
      else if (record.kind === 'missing') this.#ledger.lost(reference.id)
      else this.#holdStandIn(reference)
    }
    this.#carefully('what was left', () => damage.look(this.#home.tasks))
    for (const task of knownTasks(this.#home)) {
      this.#carefully(task, () => {
        damage.look(taskDirectory(this.#home, task))
        damage.look(runsDirectory(this.#home, task))
        this.#lookBack(task, isWhole)
      })
    }
    this.#carefully('the list of open runs', () => this.#ledger.write())
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
      // It may be there already, and only not be on the disk for certain: it is tried again as another run. One that
      // cannot be taken away counts: its slot would be run twice.
      if (this.#isRemoved(run)) {
        this.#ledger.crossOut(run.id)
        throw error
      }
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
    const record = this.#read(reference)
    if (record.kind === 'read') this.#take(record.value)
  }

  /** Whether what is known of it is made up: its record could not be understood so far. */
  isStandIn({ id }: Reference): boolean {
    return this.#standIns.has(id)
  }

  /**
   * Before the end of a run whose process is gone is written: when its record cannot be understood, or was removed,
   * what is known here takes its place.
   *
   * @returns what was wrong with the record; undefined when it can be read, or the system refuses that now
   */
  mend(reference: Reference): string | undefined {
    const run = this.#runs.get(reference.id)
    const record = this.#read(reference)
    if (!run || record.kind === 'read' || record.kind === 'unreadable') return undefined
    if (record.kind === 'missing') {
      writeRun(this.#home, run)
      return 'its record was removed'
    }
    const path = runFile(this.#home, reference)
    const kept = setFileAside(path)
    this.#options.damage.add({ path, kept, why: record.why })
    writeRun(this.#home, run)
    return `its record could not be understood, and is kept in ${kept}`
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
    this.#standIns.delete(run.id)
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
      runs: found.flatMap((run) => ('id' in run ? run : run.kind === 'read' ? run.value : [])),
      unreadable: found.filter((run) => !('id' in run) && run.kind !== 'read' && run.kind !== 'missing')
        .length,
    }
  }

  /**
   * Runs of the task with a greater id than this one, the newest first: those that may have taken later slots.
   *
   * @throws when the system refuses to read one; a record that is broken says nothing
   */
  since(task: string, id: string | undefined): Run[] {
    const ids = runIds(this.#home, task).filter((one) => id === undefined || one > id)
    return ids.toReversed().flatMap((one) => {
      const run = this.#runs.get(one)
      if (run && !this.#standIns.has(one)) return run
      const record = this.#read({ task, id: one })
      if (record.kind === 'unreadable') throw record.cause
      return record.kind === 'read' ? record.value : []
    })
  }

  #isRemoved(run: Run): boolean {
    try {
      rmSync(runFile(this.#home, run), { force: true })
      return true
    } catch (error) {
      // Something else stands in place of its directory: then it is not there.
      return systemErrorCode(error) === 'ENOTDIR'
    }
  }

  #hold(run: Run): void {
    this.#runs.set(run.id, run)
    this.#ofTask.set(run.task, (this.#ofTask.get(run.task) ?? new Set()).add(run.id))
    this.#watch.follow(run.task)
  }

  /** Its process may live, and has yet to end; whether it does is looked at right after. */
  #holdStandIn(reference: Reference): void {
    const { definition } = this.#options
    const file = this.#try(() => readPidFile(this.#home, reference.task))
    const { version: _, run, ...process } = file ?? { version: 1, run: undefined }
    const known = file && run === reference.id && 'pid' in process ? process : undefined
    this.#standIns.add(reference.id)
    this.#hold(standInRun(reference, definition(reference.task), known))
  }

  #take(run: Run): void {
    const before = this.#runs.get(run.id)
    if (!before) return
    const wasStandIn = this.#standIns.delete(run.id)
    if (!wasStandIn && before.updatedAt === run.updatedAt && before.state === run.state) return
    this.#runs.set(run.id, run)
    this.emit('changed', run, before)
  }

  /**
   * How it ended last; and runs that were made without a service, or that the ledger has lost.
   *
   * @param isWhole the ledger is there: what it does not name and is over was accounted for
   */
  #lookBack(task: string, isWhole: boolean): void {
    const ids = runIds(this.#home, task).toReversed()
    this.#finished.set(task, ids.length)
    for (const id of ids.filter((one) => !this.#ledger.has(one))) {
      const record = this.#read({ task, id })
      if (record.kind === 'missing') continue
      if (record.kind !== 'read') {
        // Without the ledger nobody knows whether it is over.
        if (isWhole && !this.#lives({ task, id })) continue
        this.#ledger.found({ task, id })
        this.#holdStandIn({ task, id })
        continue
      }
      const run = record.value
      if (isOver(run)) {
        if (this.#last.has(task)) continue
        this.#last.set(task, run)
        if (isWhole) return
        // Its alerts may not be told yet. Those that were are known for a day: nothing is told twice.
        if (Date.now() - Date.parse(run.endedAt ?? '') > keepMs) continue
      }
      this.#ledger.found(run)
      this.#hold(run)
    }
  }

  #lives(run: Reference): boolean {
    return this.#try(() => runLife(this.#home, run).life) !== 'gone'
  }

  /** A process of the task appeared: it may be one that no service has started. */
  #lookFor(task: string): void {
    this.#carefully(task, () => {
      const file = readPidFile(this.#home, task)
      if (!file || this.#ledger.has(file.run)) return
      const record = this.#read({ task, id: file.run })
      if (record.kind !== 'read' || isOver(record.value)) return
      const run = begunBy(record.value, file)
      this.#ledger.enter(run)
      this.#hold(run)
      this.emit('changed', run, undefined)
    })
  }

  #read(reference: Reference): JsonContent<Run> {
    const record = lookAtRun(this.#home, reference)
    const why = record.kind === 'read' || record.kind === 'missing' ? undefined : record.why
    this.#unreadable.about(reference.id, why, () =>
      this.#options.log.error({ run: reference, why }, 'a run cannot be read'),
    )
    return record
  }

  #try<T>(look: () => T): T | undefined {
    try {
      return look()
    } catch {
      return undefined
    }
  }

  #carefully(what: string, act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#options.log.error({ what, error: errorMessage(error) }, 'runs of earlier services may be missing')
    }
  }

  #prune(task: string): void {
    const count = (this.#finished.get(task) ?? runIds(this.#home, task).length) + 1
    this.#finished.set(task, count)
    if (count <= keptRuns + pruneSlack) return
    const ids = runIds(this.#home, task).filter((id) => !this.#runs.has(id))
    for (const id of ids.slice(0, Math.max(0, ids.length - keptRuns))) {
      const run = { task, id }
      for (const file of [runFile, runLockFile, endingFile]) rmSync(file(this.#home, run), { force: true })
    }
    this.#finished.set(task, Math.min(ids.length, keptRuns))
  }
}

function byAge(left: Run, right: Run): number {
  return left.id < right.id ? -1 : 1
}
