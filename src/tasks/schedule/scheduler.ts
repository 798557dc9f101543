/**
 * Brings runs about: of schedules, of daemons that have to run, and of what people ask for; starts those whose turn
 * it is. Everything that it knows stands on the disk before it acts: it may be killed at any instruction.
 */
import { EventEmitter } from 'eventemitter3'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { FileWatch } from '../../lib/file-watch.ts'
import type { SetAside } from '../../lib/json-file.ts'
import { endUnbegun } from '../../runner/end-without-process.ts'
import type { Run } from '../../runner/run.ts'
import { isOver } from '../../runner/run-state.ts'
import type { Task } from '../../runner/task.ts'
import type { LoadedTask } from '../definition/load-tasks.ts'
import { limitsOf } from '../queue/decide.ts'
import { AlertDesk } from './alert-desk.ts'
import type { AlertRecord } from './alert-rules.ts'
import { ClockWatch } from './clock-watch.ts'
import { DaemonKeeper } from './daemon-keeper.ts'
import { DamageReport } from './damage-report.ts'
import { Definitions } from './definitions.ts'
import type { DueSlots } from './due-slots.ts'
import { type NewRun, queueRun } from './queue-run.ts'
import { RunBoard } from './run-board.ts'
import { decideQueue } from './run-queue.ts'
import { Runner, type RunnerOptions } from './runner.ts'
import { latestSlot, SlotStore } from './slot-store.ts'
import { takeSlots } from './take-slots.ts'
import { isEnabled, TaskControls } from './task-controls.ts'
import { Timetable } from './timetable.ts'

/** The clock is compared with the time that has really passed at least so often, in ms. */
const longestSleepMs = 60_000
/** After a run could not be written (a full disk), it is tried again. */
const retryMs = 5_000

export interface SchedulerOptions extends Omit<RunnerOptions, 'board'> {
  /** Ms that have passed, whatever the clock says. */
  monotonic?(): number
  tell(alert: AlertRecord): Promise<void>
  /** Those that agents' steps of a run have left open. */
  closeSessions(run: string): Promise<void>
}

export class Scheduler extends EventEmitter<{ changed: [task: string] }> {
  readonly board: RunBoard
  /** State files that nobody understands. */
  readonly damage: DamageReport
  readonly definitions: Definitions
  readonly controls: TaskControls
  readonly timetable: Timetable
  readonly alerts: AlertDesk
  readonly daemons: DaemonKeeper
  readonly runner: Runner
  /** Why each queued run waits. */
  readonly waits = new Map<string, string>()
  /** Why nothing is done now; undefined: it is. */
  unready: string | undefined
  readonly #options: SchedulerOptions
  readonly #time: ClockWatch
  /** Of projects; the service tells when config.yaml was changed. */
  readonly #files: FileWatch
  #cancel: (() => void) | undefined
  #waking = false
  #again = false
  #running = false
  #isStopped = false
  #soon: NodeJS.Immediate | undefined

  constructor(options: SchedulerOptions) {
    super()
    const { home, clock, log } = options
    this.#options = options
    this.#time = new ClockWatch(clock, options.monotonic ?? (() => performance.now()))
    this.damage = new DamageReport(log)
    this.definitions = new Definitions(home, log)
    const definition = (task: string) => this.definitions.get(task)
    this.board = new RunBoard({ home, log, damage: this.damage, definition })
    this.controls = new TaskControls(home)
    this.runner = new Runner({ ...options, board: this.board })
    const slots = new SlotStore(home)
    this.timetable = new Timetable({
      slots,
      latestSlot: (task, schedule, run) => latestSlot(this.board.since(task, run), schedule),
      lost: (task, record, latest) => this.damage.add(slots.keepAside(task, record), wentOn(task, latest)),
      unwritten: (task, why) => log.error({ task, why: errorMessage(why) }, 'its slots are not written yet'),
    })
    this.alerts = new AlertDesk({ ...options, clock, changed: (task) => this.emit('changed', task) })
    this.daemons = new DaemonKeeper({
      wanted: () => this.#wantedDaemons(),
      hasOpen: (task) => this.board.openOf(task).length > 0,
      history: (task, limit) => this.board.history(task, limit).runs,
    })
    this.#files = new FileWatch(
      () => this.reload(),
      (error) => log.warn({ error: errorMessage(error) }, 'changes of a file with tasks are not noticed'),
    )
    this.board.on('changed', (after, before) => this.#runChanged(after, before))
  }

  /**
   * Finds again what runs, does what ended meanwhile, and begins. State that the system refuses to give is asked for
   * again: to go on without would enable what was disabled, or run a slot twice.
   */
  async start(): Promise<void> {
    const { clock, log } = this.#options
    this.#isStopped = false
    let found: Run[]
    try {
      found = this.#load()
      this.unready = undefined
    } catch (error) {
      this.unready = errorMessage(error)
      log.error({ why: this.unready }, 'the state of the tasks cannot be read; it is tried again')
      this.#cancel = clock.after(retryMs, () => void this.start())
      return
    }
    await this.runner.adopt(found.filter((run) => !isOver(run)))
    if (this.#isStopped) return
    this.#running = true
    for (const run of this.board.unaccounted().filter(isOver)) this.#runChanged(run)
    this.#files.follow(this.controls.files())
    this.followSchedules()
    this.wake()
  }

  #load(): Run[] {
    const onSetAside = (file: SetAside) => this.damage.add(file)
    this.controls.load(onSetAside)
    this.alerts.load(onSetAside)
    this.definitions.load(this.controls.files(), onSetAside)
    return this.board.load()
  }

  /** @throws {OrchError} `failed` while its state cannot be read */
  assertReady(): void {
    if (this.unready === undefined) return
    throw new OrchError('failed', `The state of the tasks cannot be read: ${this.unready}`, {
      hint: 'Nothing was started or changed. It is tried again every few seconds; what runs goes on.',
    })
  }

  stop(): void {
    this.#isStopped = true
    this.#running = false
    this.#files.stop()
    this.#cancel?.()
    clearImmediate(this.#soon)
    this.runner.stop()
    this.board.stop()
  }

  /** The files were changed, or a task was enabled or disabled. */
  reload(): void {
    if (this.unready !== undefined) return
    this.#files.follow(this.controls.files())
    this.definitions.reload(this.controls.files())
    this.followSchedules()
    this.emit('changed', '')
    this.wake()
  }

  followSchedules(): void {
    const scheduled = this.definitions.all().flatMap((loaded) => {
      const { name, schedule } = loaded.task
      return schedule && this.isEnabled(loaded) ? [{ name, schedule }] : []
    })
    this.timetable.follow(scheduled, this.#options.clock.now())
  }

  /** Whether its schedule is followed, or it is kept running. */
  isEnabled(loaded: Pick<LoadedTask, 'task' | 'file'>): boolean {
    return isEnabled(loaded, this.controls.of(loaded.task.name), this.#options.home.config)
  }

  /** {@link queueRun}; {@link wake} starts what was queued. */
  queue(loaded: LoadedTask, wish: NewRun): Run {
    const run = queueRun(this, loaded, wish, this.#options.clock.now())
    this.emit('changed', run.task)
    return run
  }

  /** Looks at everything that may be due, and sleeps until the next moment. */
  wake(): void {
    if (!this.#running) return
    // What happens while it is looked is looked at right after.
    if (this.#waking) {
      this.#again = true
      return
    }
    this.#waking = true
    let wakeAt = Number.POSITIVE_INFINITY
    try {
      do {
        this.#again = false
        wakeAt = this.#look()
      } while (this.#again)
    } finally {
      this.#waking = false
    }
    this.#cancel?.()
    const ms = Math.max(0, Math.min(wakeAt - this.#options.clock.now(), longestSleepMs))
    this.#cancel = this.#options.clock.after(ms, () => this.wake())
  }

  /** Does what is due; gives the time of the next moment. */
  #look(): number {
    const { clock, log } = this.#options
    let retryAt = Number.POSITIVE_INFINITY
    const carefully = (what: string, act: () => void) => {
      try {
        act()
      } catch (error) {
        log.error({ what, error: errorMessage(error) }, 'a run could not be brought about; it is tried again')
        retryAt = clock.now() + retryMs
      }
    }
    this.#noticeClock()
    if (this.timetable.refused.size > 0) this.followSchedules()
    if (this.timetable.refused.size > 0) retryAt = clock.now() + retryMs
    const now = clock.now()
    for (const { task, slots } of this.timetable.due(now)) carefully(task, () => this.#takeSlots(task, slots))
    carefully('daemons', () => {
      for (const { name } of this.daemons.due(now)) carefully(name, () => this.#queueDaemon(name))
    })
    carefully('the queue', () => this.#startTheirTurn())
    for (const run of this.board.unaccounted().filter(isOver)) {
      carefully('the end of a run', () => this.#account(run))
    }
    const open = this.board.open()
    carefully('alerts', () => this.alerts.lookForSlow(open))
    carefully('alerts', () => this.alerts.tell())
    carefully('definitions', () => this.definitions.flush())
    const moments = [this.timetable.nextAt(), this.alerts.nextAt(open)]
    carefully('daemons', () => moments.push(this.daemons.nextAt()))
    moments.push(retryAt)
    // What is due and could not be done waits for the next try, or for what is under way.
    return Math.min(...moments.filter((moment) => moment !== undefined && moment > now).map(Number))
  }

  #noticeClock(): void {
    const ms = this.#time.look()
    if (ms === 0) return
    this.#options.log.info({ ms }, 'the clock was set, or the computer slept')
    this.timetable.recalculate(this.#options.clock.now())
  }

  #takeSlots(name: string, due: DueSlots): void {
    const loaded = this.definitions.get(name)
    if (!loaded) return
    takeSlots(this, loaded, due, this.#options.clock.now())
    this.emit('changed', name)
  }

  #queueDaemon(name: string): void {
    const loaded = this.definitions.get(name)
    if (!loaded || this.board.openOf(name).length > 0) return
    // It is the same daemon to whoever has run it with variables.
    const { variables = {} } = this.board.lastOf(name) ?? {}
    this.queue(loaded, { cause: { kind: 'restart' }, variables })
  }

  #startTheirTurn(): void {
    const { board, runner, daemons, definitions } = this
    const { start, wait, drop, stop } = decideQueue(
      {
        open: board.open(),
        lastOf: (task) => board.lastOf(task),
        isStarting: (run) => runner.isStarting(run),
        isComing: (task) => daemons.isComing(task),
        limits: limitsOf(definitions.limits),
      },
      this.#options.clock.now(),
    )
    this.#nowWaiting(wait)
    for (const { run: id, why } of drop) {
      const run = board.get(id)
      if (run && endUnbegun(this.#options.home, run, 'skipped', why)) board.refresh(run)
    }
    for (const id of start) {
      const run = board.get(id)
      if (run) void runner.start(run)
    }
    for (const id of stop) {
      const run = board.get(id)
      if (run) void runner.stopForNewer(run).then(() => this.#wakeSoon())
    }
  }

  #nowWaiting(waiting: readonly { run: string; why: string }[]): void {
    const before = new Map(this.waits)
    this.waits.clear()
    for (const { run, why } of waiting) {
      this.waits.set(run, why)
      if (before.get(run) !== why) this.emit('changed', this.board.get(run)?.task ?? '')
    }
  }

  #runChanged(run: Run, before?: Run): void {
    try {
      this.#account(run)
    } catch (error) {
      // It is not crossed out: the next look does what could not be done, or the next service.
      this.#options.log.error(
        { run: run.id, error: errorMessage(error) },
        'the end of a run is not accounted for',
      )
    }
    this.emit('changed', run.task)
    // Others may wait for its end, or for a daemon to be ready; not for how far it is.
    if (before?.state !== run.state || before?.readyAt !== run.readyAt) this.#wakeSoon()
  }

  #account(run: Run): void {
    this.alerts.look(run)
    if (!isOver(run)) return
    void this.#options.closeSessions(run.id)
    this.daemons.forget(run.task)
    this.board.account(run)
  }

  /** One look for a burst of changes. */
  #wakeSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined
      this.wake()
    })
  }

  #wantedDaemons(): Task[] {
    return this.definitions
      .all()
      .filter((loaded) => loaded.task.type === 'daemon' && this.isEnabled(loaded))
      .filter(({ task }) => this.controls.of(task.name).held !== true)
      .map(({ task }) => task)
  }
}

function wentOn(task: string, latest: number | undefined): string {
  if (latest === undefined) {
    return `no run says how far the schedule of ${task} was followed, so it begins now; what was due before is not made up for`
  }
  return `the schedule of ${task} goes on from the slot of its latest run, ${new Date(latest).toISOString()}`
}
