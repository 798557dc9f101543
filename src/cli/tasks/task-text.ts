/** How tasks and their runs are shown to people. */

import { shownText } from '../../lib/shown-text.ts'
import type { RunInfo, TaskStatus } from '../../tasks/schedule/task-status.ts'
import { since } from '../session-text.ts'
import type { Styles } from '../styles.ts'

export type AnyState = TaskStatus['state'] | RunInfo['steps'][number]['state']

/** The state in its colour: yellow needs someone or waits, red is broken, green works. */
export function styledState(state: AnyState, style: Styles): string {
  return style[stateStyles[state]](state)
}

const stateStyles = {
  queued: 'cyan',
  running: 'green',
  paused: 'blue',
  blocked: 'yellow',
  retrying: 'magenta',
  completed: 'green',
  failed: 'red',
  stopped: 'faint',
  skipped: 'faint',
  idle: 'faint',
  pending: 'faint',
} as const satisfies Record<AnyState, keyof Styles>

/** `▕████░░░░▏ 40 %`; a run of which nothing but its steps is known gets those. */
export function progressText({ progress, state }: Pick<RunInfo, 'progress' | 'state'>, width = 10): string {
  if (state === 'queued') return ''
  const { done, of, percent } = progress
  const known = (percent ?? 0) > 0 || of > 1 ? (percent ?? (100 * done) / of) : undefined
  const steps = of > 1 ? `${done}/${of}` : ''
  if (known === undefined) return steps
  const filled = Math.round((Math.min(100, Math.max(0, known)) * width) / 100)
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
  return [bar, `${Math.round(known)} %`, steps].filter(Boolean).join(' ')
}

export function memoryText(bytes: number): string {
  if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KB`
  return bytes < 1024 ** 3 ? `${Math.round(bytes / 1024 ** 2)} MB` : `${(bytes / 1024 ** 3).toFixed(1)} GB`
}

/** `in 3m 20s`, and on days to come the date. */
export function untilText(iso: string, now: number): string {
  const ahead = Date.parse(iso) - now
  return ahead <= 0 ? 'now' : `in ${since(new Date(now).toISOString(), now + ahead)}`
}

/** `completed 3m ago (12s)`. */
export function lastText(run: RunInfo, now: number): string {
  const ago = run.endedAt === undefined ? '' : ` ${since(run.endedAt, now)} ago`
  return `${run.state}${ago}`
}

/** How long it took, or takes. */
export function durationText(
  { startedAt, endedAt }: Pick<RunInfo, 'startedAt' | 'endedAt'>,
  now: number,
): string {
  return startedAt === undefined ? '' : since(startedAt, endedAt === undefined ? now : Date.parse(endedAt))
}

/** `2 critical, 1 warning`. */
export function alertsText(alerts: TaskStatus['alerts']): string {
  return (['critical', 'warning', 'info'] as const)
    .flatMap((severity) => {
      const count = alerts.filter((alert) => alert.severity === severity).length
      return count === 0 ? [] : [`${count} ${severity}`]
    })
    .join(', ')
}

/** `exit code 2`, `SIGKILL`; empty when the record does not say. */
export function exitText({ exitCode, signal }: RunInfo['steps'][number]): string {
  if (signal !== undefined) return signal
  return exitCode === undefined || exitCode === 0 ? '' : `exit code ${exitCode}`
}

/** Why it was started, for people. */
export function causeText({ cause }: Pick<RunInfo, 'cause'>): string {
  const { kind, scheduledFor, by } = cause
  if (kind === 'schedule' && scheduledFor !== undefined) return `schedule ${localTime(scheduledFor)}`
  return shownText(by === undefined ? kind : `${kind} (${by})`)
}

/** `2026-11-21 03:00:00`, here. */
export function localTime(iso: string): string {
  const date = new Date(iso)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}
