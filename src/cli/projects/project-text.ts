/** How the tasks of projects are shown to people. */
import { shownText } from '../../lib/shown-text.ts'
import { timeSpan } from '../../lib/time-span.ts'
import type { TaskStatus } from '../../projects/run/task-result.ts'
import type { Cost } from '../../projects/view/cost.ts'
import type { Overview } from '../../projects/view/overview.ts'
import type { TaskView } from '../../projects/view/task-view.ts'
import { since } from '../session-text.ts'
import type { Styles } from '../styles.ts'

/** Below this, whole seconds say too little. */
const shortSeconds = 10

/** Below this many dollars, cents say too little. */
const smallPrice = 0.1

export function styledStatus(state: TaskStatus, style: Styles): string {
  return style[statusStyles[state]](state)
}

const statusStyles = {
  queued: 'cyan',
  held: 'blue',
  running: 'green',
  blocked: 'yellow',
  retrying: 'magenta',
  completed: 'green',
  failed: 'red',
  cancelled: 'faint',
} as const satisfies Record<TaskStatus, keyof Styles>

export const taskStates = Object.keys(statusStyles)

/** `0.4s`, `3m 20s`. */
export function secondsText(seconds: number): string {
  return seconds < shortSeconds ? `${seconds.toFixed(1)}s` : timeSpan(seconds * 1000)
}

/** `$1.23`, `45k tokens`, or both where some told no price; empty when nobody told anything. */
export function costText({ usd, tokens }: Cost): string {
  const price =
    usd === undefined ? '' : `$${usd === 0 || usd >= smallPrice ? usd.toFixed(2) : usd.toFixed(4)}`
  return [price, tokens === undefined ? '' : `${countText(tokens)} tokens`].filter(Boolean).join(' + ')
}

/** `12 done, 1 failed, $1.23`. */
export function todayText({ completed, failed, cancelled, cost }: Overview['today']): string {
  const parts = [
    completed === 0 ? '' : `${completed} done`,
    failed === 0 ? '' : `${failed} failed`,
    cancelled === 0 ? '' : `${cancelled} cancelled`,
    costText(cost),
  ]
  return parts.filter(Boolean).join(', ')
}

/** How long it is worked on, or was. */
export function timeText({ runningSince, durationSeconds }: TaskView, now: number): string {
  if (runningSince !== undefined) return since(runningSince, now)
  return durationSeconds === undefined ? '' : secondsText(durationSeconds)
}

/** How often it was begun, and how often it may be. */
export function triesText({ attempts, tries }: TaskView): string {
  if (attempts === 0) return ''
  return attempts <= tries && tries > 1 ? `${attempts}/${tries}` : String(attempts)
}

/** What is to be known beside the state: why, or what it does, or what came of it. */
export function whyText(task: TaskView, now: number): string {
  const { state, reason, heldSince, progress, said, document, escalation } = task
  const percent = progress?.percent === undefined ? '' : `${Math.round(progress.percent)} %`
  const parts = [
    state === 'running' ? percent : '',
    heldSince === undefined ? '' : `for ${since(heldSince, now)}`,
    reason,
    state === 'completed' && reason === '' ? said : '',
    escalation === undefined ? '' : `escalation ${escalation.slice(-8)}`,
    document === 'changed' ? 'its document has changed since' : '',
  ]
  return shownText(parts.filter(Boolean).join('; '))
}

/** `45k`, `1.2M`. */
function countText(count: number): string {
  if (count < 1_000) return String(count)
  return count < 1_000_000 ? `${Math.round(count / 1_000)}k` : `${(count / 1_000_000).toFixed(1)}M`
}
