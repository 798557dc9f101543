/**
 * Carries one attempt at a task to its end: prepared, its run created, started and followed, its result made. Every
 * step is on the disk before the next one begins, so that it goes on from there after whatever happened: an error, or
 * the end of this process at any instruction.
 */
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { endUnbegun, endWithoutProcess, neverBegan } from '../../runner/end-without-process.ts'
import { judgeFound } from '../../runner/judge-found.ts'
import { newRun } from '../../runner/new-run.ts'
import type { Run } from '../../runner/run.ts'
import { readRun, writeRun } from '../../runner/run-files.ts'
import { runLife } from '../../runner/run-life.ts'
import { type RunPlaces, runPlacesOf } from '../../runner/run-paths.ts'
import { isOver } from '../../runner/run-state.ts'
import { settleRun } from '../../runner/settle-run.ts'
import { signalRun } from '../../runner/signal-run.ts'
import { startRun } from '../../runner/start-run.ts'
import type { Prepared, TaskOrder } from '../run/executor.ts'
import { Bell } from './bell.ts'
import { type AttemptOutcome, type ConcludeParts, concludeRun } from './conclude-run.ts'
import { orStopped, unlessAborted } from './or-stopped.ts'
import { lastSignOf } from './signs-of-life.ts'
import type { Turn } from './turns.ts'

/** Between two looks at a run; the end of a process that is ours is told at once. */
const lookMs = 1_000
/** A run of which nothing was heard for so long uses no turn; nor does one that takes so long to prepare. */
const quietMs = 600_000
const longPreparingMs = 120_000
/** So long a git that is at it is waited for; after that it is cleared away behind the back of whoever has cancelled. */
const longUnpreparingMs = 3_000
/** After a run could not be signalled. */
const stopAgainMs = 10_000

export interface AttemptParts extends ConcludeParts {
  home: Pick<Home, 'root'>
  /** Begins the command line of a task process. */
  command: readonly string[]
  /** Those that the run has left open. Never rejects. */
  closeSessions(run: string): Promise<void>
}

export class AttemptWork {
  readonly #parts: AttemptParts
  readonly #order: TaskOrder
  readonly #places: RunPlaces
  readonly #turn: Turn
  readonly #stop: AbortSignal
  readonly #bell: Bell
  readonly #cancelled = new AbortController()
  #process: 'none' | 'runs' | 'ended' = 'none'
  #signalAgainAt = 0
  #shown = ''

  /** @param stop leaves everything as it is */
  constructor(parts: AttemptParts, order: TaskOrder, turn: Turn, stop: AbortSignal) {
    this.#parts = parts
    this.#order = order
    this.#turn = turn
    this.#stop = stop
    this.#places = runPlacesOf(parts.home, order.project.path)
    this.#bell = new Bell(parts.clock)
  }

  /** Ends it, after its record says so. */
  cancel(): void {
    this.#cancelled.abort()
    this.#bell.ring()
  }

  /** @throws what `stop` was aborted with, or what its disk refuses: then it can be carried on later */
  async toEnd(): Promise<AttemptOutcome> {
    const { id, run: runId } = this.#order
    let run = readRun(this.#places, { task: id, id: runId })
    let environment: NodeJS.ProcessEnv | undefined
    if (!run) {
      const prepared = await this.#prepare()
      if ('state' in prepared) return prepared
      environment = prepared.environment
      run = this.#create(prepared)
    }
    const over = await this.#toOver(run, environment)
    await this.#parts.closeSessions(over.id)
    this.#stop.throwIfAborted()
    return concludeRun(this.#parts, this.#order, over, this.#cancelled.signal, this.#stop)
  }

  async #prepare(): Promise<Prepared | AttemptOutcome> {
    const prepared = await this.#tryPrepare()
    if ('state' in prepared) await this.#unprepare()
    return prepared
  }

  async #tryPrepare(): Promise<Prepared | AttemptOutcome> {
    const { clock, executor, log } = this.#parts
    if (this.#cancelled.signal.aborted) return cancelledUnbegun
    const cancelAside = clock.after(longPreparingMs, () => {
      log.say(this.#order.id, `preparing it takes longer than ${longPreparingMs / 1_000} s`, 'warn')
      this.#turn.stepAside()
    })
    try {
      const preparing = unlessAborted(executor.prepare(this.#order), this.#cancelled.signal)
      return (await orStopped(preparing, this.#stop)) ?? cancelledUnbegun
    } catch (error) {
      this.#stop.throwIfAborted()
      return { state: 'failed', reason: errorMessage(error) }
    } finally {
      cancelAside()
      this.#turn.comeBack()
    }
  }

  async #unprepare(): Promise<void> {
    const { clock, executor } = this.#parts
    let cancelWait = () => {}
    const patience = new Promise<void>((resolve) => {
      cancelWait = clock.after(longUnpreparingMs, resolve)
    })
    await orStopped(Promise.race([executor.unprepare(this.#order), patience]), this.#stop)
    cancelWait()
  }

  #create({ facts, definition }: Prepared): Run {
    const { store, clock } = this.#parts
    const { id, run, number, project } = this.#order
    const record = store.read(id)
    if (!record) throw new OrchError('failed', `The record of ${id} is gone.`)
    const attempts = record.attempts.map((attempt) => (attempt.run === run ? { ...attempt, facts } : attempt))
    store.write({ ...record, attempts })
    const source = { kind: 'project', file: `${project.path}/tasks/${id}.md` }
    const cause = { kind: number === 1 ? 'request' : 'retry', by: project.name } as const
    const created = { ...newRun({ ...definition, name: id }, { source, cause, now: clock.now() }), id: run }
    writeRun(this.#places, created)
    return created
  }

  /** Whatever has become of the run meanwhile, until it is over. */
  async #toOver(created: Run, given: NodeJS.ProcessEnv | undefined): Promise<Run> {
    let run = created
    let environment = given
    for (;;) {
      await this.#parts.assertThere()
      this.#stop.throwIfAborted()
      const now = readRun(this.#places, run)
      if (!now && this.#process !== 'runs') {
        return { ...endWithoutProcess(run, 'failed', 'its record was removed'), vanished: true }
      }
      run = now ?? run
      if (isOver(run)) return run
      const life = this.#process === 'runs' ? 'alive' : runLife(this.#places, run).life
      const found = judgeFound(run, life)
      if (found === 'settle') {
        // Undefined when somebody else is at it.
        if (await settleRun(this.#places, run)) continue
      } else if (found === 'waits') {
        const started = await this.#start(run, environment)
        if ('state' in started) {
          const ended = this.#endUnstarted(run, started)
          if (ended) return ended
        } else environment = started.environment
      } else {
        this.#show(run)
        this.#obeyCancel(run)
      }
      await this.#bell.wait(lookMs, this.#stop)
    }
  }

  /** The process of a run that waits; the environment that it has, or why there is none. */
  async #start(
    run: Run,
    given: NodeJS.ProcessEnv | undefined,
  ): Promise<{ environment: NodeJS.ProcessEnv } | AttemptOutcome> {
    if (this.#cancelled.signal.aborted) return cancelledUnbegun
    if (this.#process === 'ended') {
      return { state: 'failed', reason: neverBegan }
    }
    const prepared = given ? { environment: given } : await this.#prepare()
    if ('state' in prepared) return prepared
    const { environment } = prepared
    this.#stop.throwIfAborted()
    try {
      const { exited } = await startRun(this.#places, run, { command: this.#parts.command, env: environment })
      this.#process = 'runs'
      void exited.then(() => {
        this.#process = 'ended'
        this.#bell.ring()
      })
      return { environment }
    } catch (error) {
      return { state: 'failed', reason: errorMessage(error) }
    }
  }

  /** Undefined when a process that an earlier service has started has it by now. */
  #endUnstarted(run: Run, { state, reason = state }: AttemptOutcome): Run | undefined {
    return endUnbegun(this.#places, run, state === 'cancelled' ? 'stopped' : 'failed', reason)
  }

  /** Says when it waits for an answer, and lets others work while nothing is heard of it. */
  #show(run: Run): void {
    const { log, clock } = this.#parts
    const stands = run.state === 'blocked' || run.state === 'paused'
    if (stands || clock.now() - lastSignOf(this.#places, run) > quietMs) this.#turn.stepAside()
    else this.#turn.comeBack()
    const shown = run.state === 'blocked' ? run.reason : ''
    if (shown === this.#shown) return
    this.#shown = shown
    log.news(this.#order.id, shown === '' ? 'goes-on' : 'blocked', shown)
  }

  #obeyCancel(run: Run): void {
    const { clock, log } = this.#parts
    if (!this.#cancelled.signal.aborted || clock.now() < this.#signalAgainAt) return
    this.#signalAgainAt = Number.POSITIVE_INFINITY
    signalRun(this.#places, run, 'stop')
      .catch((error: unknown) => {
        log.say(this.#order.id, `it could not be stopped: ${errorMessage(error)}`, 'warn')
        this.#signalAgainAt = clock.now() + stopAgainMs
      })
      .finally(() => this.#bell.ring())
  }
}

const cancelledUnbegun: AttemptOutcome = { state: 'cancelled', reason: 'it was cancelled before it began' }
