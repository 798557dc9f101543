/** Starts the processes of runs, looks after them, and writes the end of those that vanished. */
import { statSync } from 'node:fs'
import type { Clock } from '../../lib/clock.ts'
import { errorMessage } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import type { Logger } from '../../lib/logger.ts'
import { endUnbegun, endWithoutProcess, neverBegan } from '../../runner/end-without-process.ts'
import { judgeFound } from '../../runner/judge-found.ts'
import { isStopped, signalQuietly } from '../../runner/processes-of-run.ts'
import type { Run } from '../../runner/run.ts'
import { runLife } from '../../runner/run-life.ts'
import { runFile } from '../../runner/run-paths.ts'
import { hasBegun, isOver } from '../../runner/run-state.ts'
import { settleRun } from '../../runner/settle-run.ts'
import { signalRun } from '../../runner/signal-run.ts'
import { startRun } from '../../runner/start-run.ts'
import type { RunBoard } from './run-board.ts'

/** Between two looks at runs whose end nobody would tell us: those of an earlier service. */
const lookMs = 2_000
/** After a run could not be signalled. */
const stopAgainMs = 10_000

export interface RunnerOptions {
  home: Home
  clock: Clock
  log: Logger
  board: RunBoard
  /** Begins the command line of a task process. */
  command: readonly string[]
  /** What the steps get when the person who asked for the run is not known any more. */
  environment: NodeJS.ProcessEnv
}

export class Runner {
  readonly #options: RunnerOptions
  /** Ids of runs whose process is ours: its end is told. */
  readonly #ours = new Set<string>()
  readonly #stopping = new Set<string>()
  readonly #environments = new Map<string, NodeJS.ProcessEnv>()
  readonly #writtenAt = new Map<string, number>()
  #cancelLook: (() => void) | undefined
  #stopped = false

  constructor(options: RunnerOptions) {
    this.#options = options
    // Also of those that somebody else has started.
    options.board.on('changed', () => this.#keepLooking())
  }

  /** What becomes of the runs of earlier services. */
  async adopt(runs: readonly Run[]): Promise<void> {
    for (const run of runs) {
      await this.#carefully(run, () => this.#adopt(run))
    }
    this.#keepLooking()
  }

  async #adopt(run: Run): Promise<void> {
    if (judgeFound(run, runLife(this.#options.home, run).life) === 'settle') await this.#settle(run)
    else await this.look(run)
  }

  stop(): void {
    this.#stopped = true
    this.#cancelLook?.()
  }

  /** The environment that the run gets when it starts; kept in memory only. */
  remember(run: Pick<Run, 'id'>, environment: NodeJS.ProcessEnv): void {
    this.#environments.set(run.id, environment)
  }

  isStarting(run: Pick<Run, 'id'>): boolean {
    return this.#ours.has(run.id)
  }

  /** A run that waits begins. What fails stands in its record. */
  async start(run: Run): Promise<void> {
    const { home, command, environment, board } = this.#options
    // Somebody else may have started its process, which has not said so yet.
    if (this.#ours.has(run.id) || runLife(home, run).life !== 'gone') return
    this.#ours.add(run.id)
    const env = this.#environments.get(run.id) ?? environment
    this.#environments.delete(run.id)
    try {
      const { exited } = await startRun(home, run, { command, env })
      void exited.then(() => this.#exited(run))
    } catch (error) {
      this.#ours.delete(run.id)
      board.write(endWithoutProcess(run, 'failed', errorMessage(error)))
    }
    this.#keepLooking()
  }

  /** Takes over what it says now, and ends it when its process is gone. */
  async look(run: Run): Promise<void> {
    const { home, board } = this.#options
    board.refresh(run)
    const now = board.get(run.id)
    if (!now || isOver(now) || this.#ours.has(run.id)) return
    if (!hasBegun(now)) return
    const found = runLife(home, now)
    if (found.life === 'gone') await this.#settle(now)
    // It writes its record anew. A process that is paused stays so.
    else if (found.life === 'alive' && board.isStandIn(now) && isStopped(found.pid) === false)
      signalQuietly(found.pid, 'SIGCONT')
  }

  /** Ends a run whose task has a newer one that takes its place. */
  async stopForNewer(run: Run): Promise<void> {
    if (this.#stopping.has(run.id)) return
    this.#stopping.add(run.id)
    try {
      await signalRun(this.#options.home, run, 'stop')
      this.#options.board.refresh(run)
    } catch (error) {
      const reason = errorMessage(error)
      this.#options.log.error({ run: run.id, error: reason }, 'a run could not be stopped for a newer one')
      // It is asked for again at every look: not so often.
      await new Promise<void>((resolve) => this.#options.clock.after(stopAgainMs, resolve))
    } finally {
      this.#stopping.delete(run.id)
    }
  }

  async #exited(run: Run): Promise<void> {
    const { board } = this.#options
    this.#ours.delete(run.id)
    board.refresh(run)
    const now = board.get(run.id)
    if (!now || isOver(now)) return
    if (hasBegun(now)) await this.#settle(now)
    else this.#endUnbegun(now)
  }

  /** Unless somebody else has started a process for it as well, which is about to begin it. */
  #endUnbegun(run: Run): void {
    const { home, board, log } = this.#options
    try {
      if (endUnbegun(home, run, 'failed', neverBegan)) board.refresh(run)
    } catch (error) {
      log.error({ run: run.id, error: errorMessage(error) }, 'the end of a run could not be written')
    }
  }

  async #settle(run: Run): Promise<void> {
    const { home, board, log } = this.#options
    try {
      const reason = board.mend(run)
      const ending = reason === undefined ? undefined : { state: 'failed' as const, reason }
      if (await settleRun(home, run, ending)) board.refresh(run)
    } catch (error) {
      log.error({ run: run.id, error: errorMessage(error) }, 'the end of a run could not be written')
    }
  }

  /** Changes are told by the system; this is for what it leaves out, for as long as any process may end unheard. */
  #keepLooking(): void {
    if (this.#cancelLook || this.#stopped) return
    const begun = this.#options.board.open().filter((run) => hasBegun(run) || this.#ours.has(run.id))
    if (begun.length === 0) return
    this.#cancelLook = this.#options.clock.after(lookMs, () => {
      this.#cancelLook = undefined
      void this.#lookAtAll(begun).then(() => this.#keepLooking())
    })
  }

  async #lookAtAll(runs: readonly Run[]): Promise<void> {
    for (const run of runs) {
      if (!this.#isNew(run) && this.#ours.has(run.id)) continue
      await this.#carefully(run, () => this.look(run))
    }
    const open = new Set(this.#options.board.open().map(({ id }) => id))
    for (const id of this.#writtenAt.keys()) if (!open.has(id)) this.#writtenAt.delete(id)
  }

  /** One that cannot be looked at keeps nobody from the others. */
  async #carefully(run: Run, look: () => Promise<void>): Promise<void> {
    try {
      await look()
    } catch (error) {
      this.#options.log.error({ run: run.id, error: errorMessage(error) }, 'a run cannot be looked at')
    }
  }

  /** Whether its file was written since the last look. */
  #isNew(run: Run): boolean {
    const at = statSync(runFile(this.#options.home, run), { throwIfNoEntry: false })?.mtimeMs ?? 0
    const before = this.#writtenAt.get(run.id)
    this.#writtenAt.set(run.id, at)
    return at !== before
  }
}
