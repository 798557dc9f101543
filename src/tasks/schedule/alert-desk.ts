/** Keeps the alerts of tasks, and tells people of them: each once, however often the service dies. */
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../../lib/clock.ts'
import { errorMessage } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { type SetAside, takeJsonFile, writeJsonFile } from '../../lib/json-file.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Run } from '../../runner/run.ts'
import { isOver } from '../../runner/run-state.ts'
import {
  AlertRecord,
  afterHappening,
  nextTelling,
  type TaskHappening,
  toTell,
  withoutOld,
} from './alert-rules.ts'

const AlertsFile = z.object({
  version: z.literal(1),
  alerts: z.array(AlertRecord),
  /** Of runs that go on: how many lines of each pattern, and how many restarts, are in the alerts already. */
  seen: z.record(z.string(), z.object({ lines: z.record(z.string(), z.int()), restarts: z.int() })),
})
type Seen = z.infer<typeof AlertsFile>['seen'][string]

export interface AlertDeskOptions {
  home: Home
  clock: Clock
  log: Logger
  /** Resolves when somebody was told. */
  tell(alert: AlertRecord): Promise<void>
  changed(task: string): void
}

export class AlertDesk {
  readonly #options: AlertDeskOptions
  readonly #path: string
  #alerts: AlertRecord[] = []
  #seen = new Map<string, Seen>()
  /** The disk was full: what is known here has yet to be written. */
  #isUnwritten = false
  /** Ids of those that are being told. */
  readonly #telling = new Set<string>()

  constructor(options: AlertDeskOptions) {
    this.#options = options
    this.#path = join(options.home.tasks, 'alerts.json')
  }

  load(onSetAside: (file: SetAside) => void): void {
    const file = takeJsonFile(this.#path, AlertsFile, onSetAside)
    this.#alerts = file?.alerts ?? []
    this.#seen = new Map(Object.entries(file?.seen ?? {}))
  }

  of(task: string): AlertRecord[] {
    return this.#alerts.filter((alert) => alert.task === task)
  }

  /** What a run says now; called whenever it has changed, with the same facts any number of times. */
  look(run: Run): void {
    const { alerts: rules } = run.definition
    if (rules.length === 0) return
    const seen = this.#seen.get(run.id) ?? { lines: {}, restarts: 0 }
    const happenings = [...logHappenings(run, seen), ...restartHappenings(run, seen)]
    const lines = Object.fromEntries(run.matches.map(({ pattern, count }) => [pattern, count]))
    if (happenings.length > 0) this.#seen.set(run.id, { lines, restarts: run.attempt })
    const ended = endOf(run)
    if (ended) this.#seen.delete(run.id)
    this.#happened(run.task, rules, [...happenings, ...(ended ? [ended] : []), ...missedHappenings(run)])
  }

  /** Those that are slow by now. */
  lookForSlow(runs: readonly Run[]): void {
    const now = this.#options.clock.now()
    for (const run of runs) {
      for (const { afterMs, at } of slowTimes(run)) {
        if (at > now || this.#isKnownSlow(run)) continue
        const text = `it has been running for ${minutesText(now - Date.parse(run.startedAt ?? ''))}`
        this.#happened(run.task, run.definition.alerts, [{ kind: 'slow', run: run.id, afterMs, text }])
      }
    }
  }

  /** When one of the runs becomes slow, or people have to be told again. */
  nextAt(runs: readonly Run[]): number | undefined {
    const slow = runs
      .filter((run) => !this.#isKnownSlow(run))
      .flatMap((run) => slowTimes(run).map(({ at }) => at))
    const times = [...slow, nextTelling(this.#alerts) ?? Number.POSITIVE_INFINITY]
    const first = Math.min(...times)
    return Number.isFinite(first) ? first : undefined
  }

  /** Tells what has to be told. */
  tell(): void {
    const { clock, log } = this.#options
    const now = clock.now()
    this.#alerts = withoutOld(this.#alerts, now)
    for (const alert of toTell(this.#alerts, now)) {
      if (this.#telling.has(alert.id)) continue
      this.#telling.add(alert.id)
      this.#options
        .tell(alert)
        .then(() => this.#told(alert, alert.count))
        .catch((error: unknown) => {
          log.error({ alert: alert.id, error: errorMessage(error) }, 'nobody could be told of an alert')
          // It is tried again when its time has come once more.
          this.#told(alert, alert.told)
        })
        .finally(() => this.#telling.delete(alert.id))
    }
    if (this.#isUnwritten) this.#write()
  }

  #told({ id }: AlertRecord, told: number): void {
    const toldAt = new Date(this.#options.clock.now()).toISOString()
    this.#alerts = this.#alerts.map((alert) => (alert.id === id ? { ...alert, told, toldAt } : alert))
    try {
      this.#write()
    } catch (error) {
      // People know it, whatever becomes of the file: only the next service would tell them again.
      this.#options.log.error(
        { alert: id, error: errorMessage(error) },
        'that people were told is not written yet',
      )
    }
  }

  #isKnownSlow(run: Run): boolean {
    return this.#alerts.some((alert) => alert.on === 'slow' && alert.run === run.id)
  }

  #happened(task: string, rules: Run['definition']['alerts'], happenings: readonly TaskHappening[]): void {
    if (happenings.length === 0) return
    const before = this.#alerts
    for (const happening of happenings) {
      this.#alerts = afterHappening(this.#alerts, task, rules, happening, this.#options.clock.now())
    }
    if (JSON.stringify(before) === JSON.stringify(this.#alerts) && !this.#isUnwritten) return
    // On the disk before anybody is told, and before the run counts as accounted for.
    this.#write()
    this.#options.changed(task)
    this.tell()
  }

  #write(): void {
    this.#isUnwritten = true
    writeJsonFile(this.#path, { version: 1, alerts: this.#alerts, seen: Object.fromEntries(this.#seen) })
    this.#isUnwritten = false
  }
}

function endOf(run: Run): TaskHappening | undefined {
  const { state, id, reason } = run
  if (!isOver(run)) return undefined
  if (state !== 'completed' && state !== 'failed' && state !== 'stopped' && state !== 'skipped')
    return undefined
  return { kind: 'ended', run: id, state, reason }
}

function missedHappenings({ id, missed, reason }: Run): TaskHappening[] {
  return missed ? [{ kind: 'missed', run: id, text: reason, count: missed.count }] : []
}

function logHappenings(run: Run, seen: Seen): TaskHappening[] {
  return run.matches.flatMap(({ pattern, count, step, line }): TaskHappening[] => {
    const more = count - (seen.lines[pattern] ?? 0)
    if (more <= 0) return []
    return [{ kind: 'log', run: run.id, pattern, text: `${step}: ${line}`, count: more }]
  })
}

function restartHappenings(run: Run, seen: Seen): TaskHappening[] {
  const last = run.restarts.at(-1)
  if (!last || run.attempt <= seen.restarts) return []
  const times = run.restarts.map(({ at }) => Date.parse(at))
  return [{ kind: 'restarted', run: run.id, times, text: `it was started again: ${last.reason}` }]
}

/** When the run becomes slow, for each rule that says so. */
function slowTimes({ definition, startedAt, state }: Run): { afterMs: number; at: number }[] {
  if (startedAt === undefined || state === 'paused') return []
  return definition.alerts.flatMap((rule) =>
    rule.on === 'slow' ? [{ afterMs: rule.afterMs, at: Date.parse(startedAt) + rule.afterMs }] : [],
  )
}

function minutesText(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  return minutes < 2 ? `${Math.round(ms / 1_000)} seconds` : `${minutes} minutes`
}
