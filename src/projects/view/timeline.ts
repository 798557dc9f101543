/** What happened with a task, and when. Pure. */
import type { Attempt } from '../run/task-record.ts'
import type { AttemptResult, TaskResult } from '../run/task-result.ts'
import type { TaskFiles } from './read-project.ts'

export interface Happening {
  /** ISO. */
  at: string
  text: string
}

/** In the order of time. */
export function timelineOf({ record, result }: TaskFiles): Happening[] {
  const known = result && 'value' in result ? result.value : undefined
  const attempts =
    record && 'value' in record
      ? record.value.attempts.flatMap(ofAttempt)
      : (known?.attempts ?? []).flatMap(ofAttemptResult)
  const next = record && 'value' in record ? record.value.nextAttemptAt : undefined
  const due = next === undefined ? [] : [{ at: next, text: 'the next try is due' }]
  return [...attempts, ...(known?.escalations ?? []).flatMap(ofEscalation), ...due].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  )
}

function ofAttempt({ number, startedAt, facts, end }: Attempt): Happening[] {
  const version = facts?.agentVersion === undefined ? '' : ` ${facts.agentVersion}`
  const model = facts?.model === undefined ? '' : `, ${facts.model}`
  const where = facts?.worktree === undefined ? '' : `, in ${facts.worktree.path}`
  const who = facts === undefined ? '' : `: ${facts.agent}${version}${model}, ${facts.mode}${where}`
  return [
    { at: startedAt, text: `try ${number} begins${who}` },
    ...(end ? [{ at: end.at, text: endText(number, end.state, end.reason) }] : []),
  ]
}

function ofAttemptResult({ number, status, error, started_at, completed_at }: AttemptResult): Happening[] {
  return [
    { at: started_at, text: `try ${number} begins` },
    { at: completed_at, text: endText(number, status, error ?? undefined) },
  ]
}

function ofEscalation(escalation: TaskResult['escalations'][number]): Happening[] {
  const { kind, text, outcome, answer, from, asked_at, closed_at } = escalation
  const asked = { at: asked_at, text: `the agent asks (${kind}): ${text}` }
  if (closed_at === null) return [asked]
  const by = from === null ? '' : ` by ${from}`
  return [asked, { at: closed_at, text: `${outcome}${by}${answer === null ? '' : `: ${answer}`}` }]
}

function endText(number: number, state: string, reason: string | undefined): string {
  return `try ${number} is ${state === 'failed' ? 'over: failed' : state}${reason === undefined ? '' : `: ${reason}`}`
}
