/** When somebody is told of a task, and how repeated alerts are folded into one. Pure: time is an argument. */
import { z } from 'zod'
import { type Alert, Severity } from '../../runner/task.ts'

/** One thing that somebody should know of a task, however often it happened. */
export const AlertRecord = z.object({
  id: z.string(),
  task: z.string(),
  on: z.enum(['failed', 'completed', 'missed', 'slow', 'log', 'restarts']),
  severity: Severity,
  /** What happened the last time, for people. */
  text: z.string(),
  /** The run that it happened in. */
  run: z.string().optional(),
  /** The rule's pattern, for `log`. */
  pattern: z.string().optional(),
  /** How often it happened since `firstAt`. */
  count: z.int().positive(),
  /** How much of that people were told. */
  told: z.int().nonnegative(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  /** When people were told last, or it was tried in vain. */
  toldAt: z.iso.datetime().optional(),
})
export type AlertRecord = z.infer<typeof AlertRecord>

/** What happened to a task. */
export type TaskHappening =
  | { kind: 'ended'; run: string; state: 'completed' | 'failed' | 'stopped' | 'skipped'; reason: string }
  | { kind: 'slow'; run: string; afterMs: number; text: string }
  | { kind: 'log'; run: string; pattern: string; text: string; count: number }
  | { kind: 'missed'; run: string; text: string; count: number }
  /** A daemon was started again; the times of all its recent restarts, this one included. */
  | { kind: 'restarted'; run: string; times: readonly number[]; text: string }

/** The same alert of the same task is told again at most so often, in ms. */
export const foldMs = 15 * 60_000
/** An alert that nothing takes away is forgotten when it did not happen again for a day, in ms. */
export const keepMs = 86_400_000

/** The alerts after something happened. */
export function afterHappening(
  alerts: readonly AlertRecord[],
  task: string,
  rules: readonly Alert[],
  happening: TaskHappening,
  now: number,
): AlertRecord[] {
  let result = alerts.filter((alert) => !(alert.task === task && isOver(alert, happening)))
  for (const rule of rules) {
    const hit = hits(rule, happening)
    if (hit) result = raised(result, task, rule, hit, now)
  }
  return result
}

/** Those that people have to be told of now: new ones, and repeated ones when their time has come. */
export function toTell(alerts: readonly AlertRecord[], now: number): AlertRecord[] {
  return alerts.filter(
    ({ count, told, toldAt }) => count > told && (toldAt === undefined || now - Date.parse(toldAt) >= foldMs),
  )
}

/** When {@link toTell} has something again without anything happening; undefined: never. */
export function nextTelling(alerts: readonly AlertRecord[]): number | undefined {
  const times = alerts
    .filter(({ count, told, toldAt }) => count > told && toldAt !== undefined)
    .map(({ toldAt }) => Date.parse(toldAt ?? '') + foldMs)
  return times.length > 0 ? Math.min(...times) : undefined
}

export function withoutOld(alerts: readonly AlertRecord[], now: number): AlertRecord[] {
  return alerts.filter(({ lastAt, toldAt }) => toldAt === undefined || now - Date.parse(lastAt) < keepMs)
}

/** What a record says once and for all. */
const toldOfRun: ReadonlySet<AlertRecord['on']> = new Set(['failed', 'completed', 'missed'])

interface Hit {
  text: string
  run: string
  count: number
}

/** Whether what happened takes the alert away. */
function isOver({ on, run, toldAt }: AlertRecord, happening: TaskHappening): boolean {
  // It has to be told first, or at least tried to: there may be no notifier that works here.
  if (toldAt === undefined || happening.kind !== 'ended') return false
  if (on === 'slow') return run === happening.run
  return happening.state === 'completed' && (on === 'failed' || on === 'restarts')
}

function hits(rule: Alert, happening: TaskHappening): Hit | undefined {
  switch (happening.kind) {
    case 'ended':
      if (rule.on !== happening.state) return undefined
      return { text: happening.reason, run: happening.run, count: 1 }
    case 'slow':
      if (rule.on !== 'slow' || rule.afterMs !== happening.afterMs) return undefined
      return { text: happening.text, run: happening.run, count: 1 }
    case 'log':
      if (rule.on !== 'log' || rule.pattern !== happening.pattern) return undefined
      return { text: happening.text, run: happening.run, count: happening.count }
    case 'missed':
      if (rule.on !== 'missed') return undefined
      return { text: happening.text, run: happening.run, count: happening.count }
    case 'restarted': {
      if (rule.on !== 'restarts') return undefined
      const last = Math.max(...happening.times)
      const recent = happening.times.filter((time) => last - time <= rule.withinMs)
      return recent.length > rule.times ? { text: happening.text, run: happening.run, count: 1 } : undefined
    }
  }
}

function raised(
  alerts: readonly AlertRecord[],
  task: string,
  rule: Alert,
  hit: Hit,
  now: number,
): AlertRecord[] {
  const at = new Date(now).toISOString()
  const pattern = rule.on === 'log' ? rule.pattern : undefined
  const same = alerts.find(
    (alert) =>
      alert.task === task &&
      alert.on === rule.on &&
      alert.pattern === pattern &&
      alert.severity === rule.severity,
  )
  const { text, run } = hit
  const news = { text, run, lastAt: at }
  // The same end, told again by a service that was killed before it could cross out the run.
  if (same && same.run === run && toldOfRun.has(rule.on)) return [...alerts]
  if (same) {
    const more = { ...same, ...news, count: same.count + hit.count }
    return alerts.map((alert) => (alert === same ? more : alert))
  }
  const id = [task, rule.on, rule.severity, run, ...(pattern === undefined ? [] : [pattern])].join('/')
  const { on, severity } = rule
  return [
    ...alerts,
    {
      ...{ id, task, on, severity, ...news, count: hit.count, told: 0, firstAt: at },
      ...(pattern !== undefined && { pattern }),
    },
  ]
}
