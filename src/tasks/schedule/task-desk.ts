/** What people ask of tasks: to run, to stop, to pause, to tell. */
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { endUnbegun } from '../../runner/end-without-process.ts'
import type { Run } from '../../runner/run.ts'
import { readRun } from '../../runner/run-files.ts'
import { hasBegun, isOver } from '../../runner/run-state.ts'
import { type RunSignal, type Signalled, signalRun } from '../../runner/signal-run.ts'
import type { Task } from '../../runner/task.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'
import { chooseTasks, type KnownTask, knownTask, onlyAbsolute } from './known-tasks.ts'
import { UsageMeter } from './process-usage.ts'
import type { Scheduler } from './scheduler.ts'
import { stopOrder } from './stop-order.ts'
import { asStopped, type RunInfo, runInfo, type TaskStatus, taskStatus } from './task-status.ts'

export interface RunWish {
  tasks: readonly string[]
  cwd?: string | undefined
  files: readonly string[]
  set: Readonly<Record<string, string>>
  env?: Readonly<Record<string, string>> | undefined
}

/** What became of one task. */
export interface Outcome {
  task: string
  done: boolean
  what: string
}

const startsByNothing = 'it is one-shot: there is nothing that would start it by itself'

export class TaskDesk {
  readonly #home: Home
  readonly #scheduler: Scheduler
  readonly #usage = new UsageMeter()
  readonly #closeSessions: (run: string) => Promise<void>

  /** @param closeSessions those that agents' steps of a run have left open */
  constructor(home: Home, scheduler: Scheduler, closeSessions: (run: string) => Promise<void>) {
    this.#home = home
    this.#scheduler = scheduler
    this.#closeSessions = closeSessions
  }

  get problems(): string[] {
    const { unready, definitions, timetable } = this.#scheduler
    const refused = [...timetable.refused].map(([task, why]) => `the schedule of ${task} waits: ${why}`)
    return [...(unready === undefined ? [] : [unready]), ...refused, ...definitions.problems]
  }

  /** What could not be understood of the state of the tasks, and what follows from that. */
  get notices(): string[] {
    return this.#scheduler.damage.notices
  }

  /**
   * @param patterns all tasks when empty
   * @throws {OrchError} `task-not-found`
   */
  async statuses(patterns: readonly string[], withUsage: boolean): Promise<TaskStatus[]> {
    const known = this.#known()
    const chosen = patterns.length === 0 ? known : chooseTasks(known, patterns)
    const statuses = chosen.map((task) => this.#status(task))
    if (!withUsage) return statuses
    const leaders = new Map(
      statuses.flatMap(({ run }): [number, number][] =>
        run?.pid === undefined ? [] : [[run.pid, Date.parse(run.startedAt ?? run.createdAt)]],
      ),
    )
    const uses = await this.#usage.read(leaders)
    return statuses.map((status) => {
      const used = uses.get(status.run?.pid ?? 0)
      if (!used) return status
      const { stopped, ...usage } = used
      return { ...(stopped ? asStopped(status) : status), usage }
    })
  }

  /** @throws {OrchError} `task-not-found`, `invalid-config` */
  run({ tasks, cwd, files, set, env }: RunWish): { runs: RunInfo[]; notices: string[] } {
    this.#scheduler.assertReady()
    const { definitions, controls, board } = this.#scheduler
    const seen = definitions.seenFrom(cwd, onlyAbsolute(files))
    const chosen = chooseTasks(seen.tasks.map(knownTask), tasks)
    const ids = chosen.flatMap(({ loaded, task }) => {
      if (!loaded) return []
      if (task.type === 'daemon') controls.change(task.name, { held: false })
      const cause = { kind: 'manual' as const }
      const environment = env && { ...env }
      const wish = { cause, variables: set, seen, ...(environment && { environment }) }
      return [this.#scheduler.queue(loaded, wish)]
    })
    this.#scheduler.wake()
    const runs = ids.map((run) => board.get(run.id) ?? readRun(this.#home, run) ?? run)
    return { runs: runs.map((run) => this.#info(run)), notices: seen.notices }
  }

  /** All processes of their runs; returns when they are gone. Those that need others end first. */
  async stop(patterns: readonly string[], force: boolean): Promise<Outcome[]> {
    this.#scheduler.assertReady()
    const outcomes: Outcome[] = []
    for (const wave of stopOrder(chooseTasks(this.#known(), patterns))) {
      for (const { name, task } of wave) {
        // Before the signal: nobody is to start it again meanwhile.
        if (task.type === 'daemon') this.#scheduler.controls.change(name, { held: true })
      }
      outcomes.push(...(await Promise.all(wave.map(({ name }) => this.#stopRuns(name, force)))))
    }
    this.#scheduler.wake()
    return outcomes
  }

  pause(patterns: readonly string[]): Promise<Outcome[]> {
    return this.#signal(patterns, 'pause', { done: 'paused', already: 'it was paused already' })
  }

  resume(patterns: readonly string[]): Promise<Outcome[]> {
    return this.#signal(patterns, 'resume', { done: 'goes on', already: 'it was not paused' })
  }

  /** Ends what runs, and runs it again with the definition of now, as somebody sees it who would run it. */
  async restart(
    { tasks, cwd, files, env }: Omit<RunWish, 'set'>,
    force: boolean,
  ): Promise<{ results: Outcome[]; notices: string[] }> {
    this.#scheduler.assertReady()
    const { board, definitions } = this.#scheduler
    const seen = definitions.seenFrom(cwd, onlyAbsolute(files))
    const chosen = chooseTasks(this.#known(seen.tasks), tasks)
    const undefinedOnes = chosen.filter(({ loaded }) => !loaded)
    const again = chosen.filter(({ loaded }) => loaded)
    const waves = stopOrder(again)
    const variables = new Map(again.map(({ name }) => [name, board.openOf(name)[0]?.variables ?? {}]))
    for (const wave of waves) {
      // Held until it is queued again below: between the two it would be started twice.
      for (const { name, task } of wave)
        if (task.type === 'daemon') this.#scheduler.controls.change(name, { held: true })
      await Promise.all(wave.map(({ name }) => this.#stopRuns(name, force)))
    }
    const outcomes = waves
      .toReversed()
      .flat()
      .flatMap(({ name, loaded }): Outcome[] => {
        if (!loaded) return []
        if (loaded.task.type === 'daemon') this.#scheduler.controls.change(name, { held: false })
        // What it needs may have queued it already.
        if (board.openOf(name).length === 0)
          this.#scheduler.queue(loaded, {
            cause: { kind: 'restart', by: 'command' },
            variables: variables.get(name) ?? {},
            seen,
            ...(env && { environment: { ...env } }),
          })
        return [{ task: name, done: true, what: 'started again' }]
      })
    this.#scheduler.wake()
    const what = 'no file that is followed defines it; say where it is with -f FILE, or with -C its directory'
    const others = undefinedOnes.map(({ name }) => ({ task: name, done: false, what }))
    return { results: [...outcomes, ...others], notices: seen.notices }
  }

  enable(
    patterns: readonly string[],
    cwd: string | undefined,
    files: readonly string[],
  ): { results: Outcome[]; notices: string[] } {
    this.#scheduler.assertReady()
    const { definitions, controls, daemons } = this.#scheduler
    const { tasks, notices } = definitions.seenFrom(cwd, onlyAbsolute(files))
    const results = chooseTasks(tasks.map(knownTask), patterns).map(({ name, task, loaded }): Outcome => {
      if (task.type === 'one-shot' || !loaded) {
        return { task: name, done: false, what: startsByNothing }
      }
      // config.yaml is followed anyway.
      const file = loaded.file === this.#home.config ? undefined : loaded.file
      controls.change(name, { enabled: true, held: false, file })
      daemons.forget(name)
      const how = task.type === 'daemon' ? 'it is kept running' : 'its schedule is followed'
      return { task: name, done: true, what: `enabled: ${how}` }
    })
    this.#scheduler.reload()
    for (const { task, done } of results) {
      const loaded = definitions.get(task)
      // One that ended for good begins anew.
      if (done && loaded?.task.type === 'daemon' && this.#scheduler.board.openOf(task).length === 0)
        this.#scheduler.queue(loaded, { cause: { kind: 'manual', by: 'enable' } })
    }
    this.#scheduler.wake()
    return { results, notices }
  }

  disable(patterns: readonly string[]): Outcome[] {
    this.#scheduler.assertReady()
    const results = chooseTasks(this.#known(), patterns).map(({ name, task }): Outcome => {
      if (task.type === 'one-shot') return { task: name, done: true, what: startsByNothing }
      this.#scheduler.controls.change(name, { enabled: false })
      const runs = this.#scheduler.board.openOf(name).length > 0
      return { task: name, done: true, what: runs ? 'disabled; what runs goes on' : 'disabled' }
    })
    this.#scheduler.reload()
    return results
  }

  /** @throws {OrchError} `task-not-found` */
  runOf(task: string, id: string): RunInfo {
    const run = this.#scheduler.board.get(id) ?? readRun(this.#home, { task, id })
    if (run) return this.#info(run)
    throw new OrchError('task-not-found', `There is no run ${id} of ${task}.`, {
      hint: `See \`iterm-orch history ${task}\`; the last hundred are kept.`,
    })
  }

  /** @throws {OrchError} `task-not-found` for a task that nobody knows */
  history(task: string, limit: number): { runs: RunInfo[]; unreadable: number } {
    const { runs, unreadable } = this.#scheduler.board.history(task, limit)
    if (runs.length === 0 && unreadable === 0) chooseTasks(this.#known(), [task])
    return { runs: runs.map((run) => this.#info(run)), unreadable }
  }

  #info(run: Run): RunInfo {
    const why = run.state === 'queued' ? this.#scheduler.waits.get(run.id) : undefined
    return runInfo(why === undefined ? run : { ...run, reason: why })
  }

  /** Those that are defined, and those that run or ran without a definition that is followed. */
  #known(loaded: readonly LoadedTask[] = this.#scheduler.definitions.all()): KnownTask[] {
    const { board } = this.#scheduler
    const defined = loaded.map(knownTask)
    const names = new Set(defined.map(({ name }) => name))
    const others = new Map(
      [...board.lastRuns(), ...board.open()]
        .filter(({ task }) => !names.has(task))
        .map(({ task, definition }): [string, KnownTask] => [
          task,
          {
            name: task,
            groups: definition.groups,
            needs: definition.needs,
            task: definition,
            loaded: undefined,
          },
        ]),
    )
    return [...defined, ...others.values()]
  }

  #status({ name, task, loaded }: KnownTask): TaskStatus {
    const { board, alerts, timetable, waits } = this.#scheduler
    const last = board.lastOf(name)
    const open = board.openOf(name)
    const enabled = loaded ? this.#scheduler.isEnabled(loaded) : false
    const from = (open[0] ?? last)?.source
    const source =
      loaded ?? (from?.file === undefined ? undefined : { file: from.file, line: from.line ?? 1 })
    return taskStatus({
      task,
      ...(source && { source: { file: source.file, line: source.line } }),
      enabled,
      idle: this.#whyIdle(name, task, loaded, enabled, last),
      ...{ open, last, alerts: alerts.of(name), waits, nextAt: timetable.nextOf(name) },
      ...(loaded && { current: loaded.task }),
    })
  }

  #whyIdle(
    name: string,
    task: Task,
    loaded: LoadedTask | undefined,
    enabled: boolean,
    last: Run | undefined,
  ): string {
    const { controls, daemons } = this.#scheduler
    if (controls.of(name).held === true) return 'stopped by a command'
    if (!loaded) return last ? last.reason : 'no file that is followed defines it'
    if (task.type === 'one-shot') return last ? last.reason : 'it was never run'
    if (!enabled) return controls.of(name).enabled === false ? 'disabled by a command' : 'not enabled'
    return daemons.whyNot(name) ?? last?.reason ?? 'it was never run'
  }

  async #stopRuns(name: string, force: boolean): Promise<Outcome> {
    const { board } = this.#scheduler
    const open = board.openOf(name)
    if (open.length === 0) return { task: name, done: true, what: 'it does not run' }
    const began = open.filter((run) => this.#hasProcess(run) || !this.#endWaiting(run))
    const ends = await Promise.all(began.map((run) => this.#signalOne(run, force ? 'kill' : 'stop')))
    const wrong = ends.filter((end) => typeof end === 'string')
    if (wrong.length > 0) return { task: name, done: false, what: wrong.join('; ') }
    const states = ends.flatMap((end) => (typeof end === 'string' ? [] : [end.run.state]))
    const already = states.filter((state) => state !== 'stopped')
    return {
      task: name,
      done: true,
      what: already[0] === undefined ? 'stopped' : `it has ended: ${already[0]}`,
    }
  }

  /** False when a process that an earlier service has started has it by now. */
  #endWaiting(run: Run): boolean {
    const ended = endUnbegun(this.#home, run, 'stopped', 'it was stopped while it waited')
    this.#scheduler.board.refresh(run)
    return ended !== undefined
  }

  async #signal(
    patterns: readonly string[],
    signal: RunSignal,
    says: { done: string; already: string },
  ): Promise<Outcome[]> {
    this.#scheduler.assertReady()
    const chosen = chooseTasks(this.#known(), patterns)
    return Promise.all(
      chosen.map(async ({ name }): Promise<Outcome> => {
        const runs = this.#scheduler.board.openOf(name).filter((run) => this.#hasProcess(run))
        if (runs.length === 0) return { task: name, done: false, what: 'it does not run' }
        const ends = await Promise.all(runs.map((run) => this.#signalOne(run, signal)))
        const wrong = ends.filter((end) => typeof end === 'string')
        if (wrong.length > 0) return { task: name, done: false, what: wrong.join('; ') }
        const changed = ends.some((end) => typeof end !== 'string' && end.changed)
        return { task: name, done: true, what: changed ? says.done : says.already }
      }),
    )
  }

  /** What went wrong, as a text. */
  async #signalOne(run: Run, signal: RunSignal): Promise<Signalled | string> {
    try {
      const signalled = await signalRun(this.#home, run, signal)
      if (isOver(signalled.run)) await this.#closeSessions(run.id)
      return signalled
    } catch (error) {
      return errorMessage(error)
    } finally {
      this.#scheduler.board.refresh(run)
    }
  }

  #hasProcess(run: Run): boolean {
    return !isOver(run) && (hasBegun(run) || this.#scheduler.runner.isStarting(run))
  }
}
