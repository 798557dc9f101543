/** The table of `status`. */

import { shownText } from '../../lib/shown-text.ts'
import type { TaskStatus } from '../../tasks/schedule/task-status.ts'
import { since } from '../session-text.ts'
import type { Styles } from '../styles.ts'
import { type Column, renderTable } from '../table.ts'
import { alertsText, lastText, memoryText, progressText, styledState, untilText } from './task-text.ts'

export function statusTable(
  tasks: readonly TaskStatus[],
  width: number,
  style: Styles,
  now = Date.now(),
): string[] {
  const columns: Column[] = [
    { title: 'TASK', least: 8 },
    { title: 'TYPE' },
    { title: 'STATE' },
    { title: 'STEP', least: 6 },
    { title: 'PROGRESS', least: 10 },
    { title: 'FOR' },
    { title: 'CPU' },
    { title: 'MEMORY' },
    { title: 'PID' },
    { title: 'NEXT' },
    { title: 'LAST', least: 9 },
    { title: 'ALERTS', least: 6 },
    { title: 'WHY', least: 10 },
  ]
  const rows = inOrderOfNeed(tasks).map((task) => {
    const { run, usage, last, alerts } = task
    const worst = alerts[0]?.severity
    return [
      { text: shownText(task.task), style: style.bold },
      { text: task.type, style: style.faint },
      { text: task.state, style: () => styledState(task.state, style) },
      { text: shownText(task.step ?? '') },
      { text: run ? progressText(run) : '' },
      { text: run && task.since !== undefined ? since(task.since, now) : '' },
      { text: usage ? `${usage.cpu.toFixed(1)} %` : '' },
      { text: usage ? memoryText(usage.memory) : '' },
      { text: run?.pid === undefined ? '' : String(run.pid), style: style.faint },
      { text: task.nextAt === undefined ? '' : untilText(task.nextAt, now) },
      {
        text: last ? lastText(last, now) : '',
        style: last?.state === 'failed' ? style.red : style.faint,
      },
      {
        text: alertsText(alerts),
        style: worst === 'critical' ? style.red : worst === 'warning' ? style.yellow : style.faint,
      },
      { text: shownText(whyText(task)), style: style.faint },
    ]
  })
  // What nothing is said of takes no room from why something waits.
  const isSaid = columns.map((_, index) => rows.some((row) => row[index]?.text !== ''))
  const said = <T>(cells: readonly T[]) => cells.filter((_, index) => isSaid[index])
  return renderTable(said(columns), rows.map(said), width, style.faint)
}

/** What a person looks for: blocked and failed first, then what runs, then the rest by name. */
export function inOrderOfNeed(tasks: readonly TaskStatus[]): TaskStatus[] {
  const rank = ({ state, alerts, last }: TaskStatus): number => {
    if (state === 'blocked') return 0
    if (alerts.some(({ severity }) => severity === 'critical')) return 1
    if (state === 'retrying') return 2
    if (state === 'running') return 3
    if (state === 'paused' || state === 'queued') return 4
    return last?.state === 'failed' ? 5 : 6
  }
  return [...tasks].sort((left, right) => rank(left) - rank(right) || left.task.localeCompare(right.task))
}

/** What the other columns do not say. */
function whyText({ state, reason, waiting, run, notes }: TaskStatus): string {
  const tells = state !== 'running' ? reason : (run?.progress.text ?? '')
  const more = waiting.length === 0 ? [] : [`${waiting.length} waiting: ${waiting[0]?.reason}`]
  return [tells, ...more, ...(notes.length > 0 && state === 'running' ? [notes[0] ?? ''] : [])]
    .filter(Boolean)
    .join('; ')
}
