/** Everything about one task, for `status <task>`. */

import { shownText } from '../../lib/shown-text.ts'
import type { TaskStatus } from '../../tasks/schedule/task-status.ts'
import { since } from '../session-text.ts'
import type { Styles } from '../styles.ts'
import {
  causeText,
  durationText,
  exitText,
  localTime,
  memoryText,
  progressText,
  styledState,
  untilText,
} from './task-text.ts'

export function statusDetails(task: TaskStatus, style: Styles, now = Date.now()): string[] {
  const { run, last, usage, nextAt, source, alerts, waiting, notes } = task
  const field = (name: string, text: string) => `  ${style.faint(name.padEnd(9))} ${text}`
  const age = task.since === undefined ? '' : ` ${style.faint(`for ${since(task.since, now)}`)}`
  return [
    `${style.bold(shownText(task.task))}  ${styledState(task.state, style)}${run ? age : ''}  ${shownText(task.reason)}`,
    ...(task.description === undefined ? [] : [`  ${shownText(task.description)}`]),
    field('type', `${task.type}${task.enabled || task.type === 'one-shot' ? '' : ', disabled'}`),
    ...(source ? [field('defined', `${shownText(source.file)}:${source.line}`)] : []),
    ...(task.groups.length > 0 ? [field('groups', task.groups.map((group) => `@${group}`).join(' '))] : []),
    ...(run ? runLines(run, style, now, field) : []),
    ...(usage
      ? [
          field(
            'uses',
            `${usage.cpu.toFixed(1)} % of a core, ${memoryText(usage.memory)}, ${count(usage.processes, 'process', 'processes')}`,
          ),
        ]
      : []),
    ...waiting.map(({ run: id, reason }) => field('waiting', `${id}: ${shownText(reason)}`)),
    ...(nextAt === undefined ? [] : [field('next', `${localTime(nextAt)} (${untilText(nextAt, now)})`)]),
    ...(last && last.id !== run?.id
      ? [
          field(
            'last',
            `${styledState(last.state, style)} ${last.endedAt === undefined ? '' : `${since(last.endedAt, now)} ago`}` +
              ` after ${durationText(last, now) || '0s'}: ${shownText(last.reason)}`,
          ),
        ]
      : []),
    ...alerts.map((alert) =>
      field(
        alert.severity,
        `${shownText(alert.text)}${alert.count > 1 ? ` (${alert.count} times since ${localTime(alert.firstAt)})` : ''}`,
      ),
    ),
    ...notes.map((note) => field('note', shownText(note))),
  ]
}

function runLines(
  run: NonNullable<TaskStatus['run']>,
  style: Styles,
  now: number,
  field: (name: string, text: string) => string,
): string[] {
  const pid = run.pid === undefined ? '' : `, pid ${run.pid}`
  const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : ''
  const bar = progressText(run)
  const doing = run.progress.text === undefined ? '' : ` ${shownText(run.progress.text)}`
  return [
    field('run', `${run.id}, ${causeText(run)}${pid}${attempt}`),
    ...(bar === '' && doing === '' ? [] : [field('progress', `${bar}${doing}`)]),
    ...(run.readyAt === undefined ? [] : [field('ready', `for ${since(run.readyAt, now)}`)]),
    ...run.steps.map((step) => {
      const facts = [
        durationText(step, now),
        exitText(step),
        step.reason === undefined ? '' : shownText(step.reason),
      ]
      const escalation = step.escalation === undefined ? [] : [`iterm-orch show ${step.escalation.slice(-8)}`]
      const tells = [...facts, ...escalation].filter(Boolean).join(', ')
      return field(
        'step',
        `${shownText(step.name)}  ${styledState(step.state, style)}${tells === '' ? '' : `  ${tells}`}`,
      )
    }),
  ]
}

function count(number: number, one: string, more: string): string {
  return `${number} ${number === 1 ? one : more}`
}
