/** A scheduler on a home of its own, with a clock that the test turns. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Home, resolveHome } from '../../../src/lib/home.ts'
import { isSetAside } from '../../../src/lib/json-file.ts'
import type { Run } from '../../../src/runner/run.ts'
import { readRun, runIds } from '../../../src/runner/run-files.ts'
import type { AlertRecord } from '../../../src/tasks/schedule/alert-rules.ts'
import { Scheduler } from '../../../src/tasks/schedule/scheduler.ts'
import { FakeClock } from '../../support/fake-clock.ts'

/** A Saturday, at noon in UTC. */
export const noon = Date.parse('2026-11-21T12:00:00Z')

/** One that can be set, too: timers wait for what passes, not for what it says. */
class SettableClock extends FakeClock {
  #ahead = 0

  override now(): number {
    return super.now() + this.#ahead
  }

  set(ms: number): void {
    this.#ahead += ms
  }
}

export class HomeWithTasks {
  readonly home: Home
  readonly told: AlertRecord[] = []
  /** Lines of the service's log. */
  readonly logged: string[] = []
  readonly clock = new SettableClock(noon)
  /** What has really passed; the same as the clock until somebody sets that. */
  passed = 0
  #schedulers: Scheduler[] = []

  constructor(yaml: string) {
    this.home = resolveHome({ ITERM_ORCH_HOME: mkdtempSync(join(process.env['HOME'] ?? '', 't-')) })
    mkdirSync(this.home.root, { recursive: true })
    this.write(yaml)
  }

  write(yaml: string): void {
    writeFileSync(this.home.config, yaml)
  }

  /** As a service does it; the processes of its runs end at once, without a word. */
  async start(command: readonly string[] = ['/bin/true']): Promise<Scheduler> {
    const scheduler = new Scheduler({
      home: this.home,
      clock: this.clock,
      monotonic: () => this.passed,
      log: pino({ base: null, timestamp: false }, { write: (line) => this.logged.push(line) }),
      command,
      environment: {},
      tell: async (alert) => void this.told.push(alert),
      closeSessions: async () => undefined,
    })
    this.#schedulers.push(scheduler)
    await scheduler.start()
    return scheduler
  }

  /** Time passes, for the clock as for everybody. */
  pass(ms: number): void {
    this.passed += ms
    this.clock.pass(ms)
  }

  /** Somebody sets the clock, or the computer has slept: no timer has run meanwhile. */
  jump(ms: number): void {
    this.clock.set(ms)
  }

  runs(task: string): Run[] {
    return runIds(this.home, task).flatMap((id) => readRun(this.home, { task, id }) ?? [])
  }

  /** The slots of the runs of a task, in order; not those that were left out. */
  slots(task: string): string[] {
    return this.runs(task).flatMap(({ cause, missed }) => (missed ? [] : (cause.scheduledFor ?? [])))
  }

  /** Paths of state files that were set aside. */
  setAside(): string[] {
    return readdirSync(this.home.tasks, { recursive: true, encoding: 'utf8' })
      .filter((name) => isSetAside(name))
      .map((name) => join(this.home.tasks, name))
  }

  end(): void {
    for (const scheduler of this.#schedulers) scheduler.stop()
    rmSync(this.home.root, { recursive: true, force: true })
  }
}
