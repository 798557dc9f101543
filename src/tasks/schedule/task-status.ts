/** What is told about a task: its definition in short, what it does now, how it ended last, what comes next. */
import { z } from 'zod'
import { redactVariables } from '../../lib/redact/redact-values.ts'
import { Run, RunState } from '../../runner/run.ts'
import { Severity, type Task, TaskType } from '../../runner/task.ts'
import { AlertRecord } from './alert-rules.ts'

/** A run in short: without its definition. */
export const RunInfo = Run.omit({ definition: true, version: true, matches: true }).extend({
  /** Of the task process. */
  pid: z.int().optional(),
})
export type RunInfo = z.infer<typeof RunInfo>

export const TaskStatus = z.object({
  task: z.string(),
  type: TaskType,
  description: z.string().optional(),
  groups: z.array(z.string()),
  /** Whether its schedule is followed, or it is kept running. */
  enabled: z.boolean(),
  /** That of its present run; `idle` when there is none. */
  state: z.enum([...RunState.options, 'idle']),
  /** Why, as a sentence or a part of one. */
  reason: z.string(),
  /** Since when. */
  since: z.iso.datetime().optional(),
  /** The file and the line where it is defined; absent when no file defines it any more. */
  source: z.object({ file: z.string(), line: z.int() }).optional(),
  /** The run that is on its way, the oldest where there are several. */
  run: RunInfo.optional(),
  /** The step that runs. */
  step: z.string().optional(),
  /** CPU in percent of one core and memory in bytes, of all its processes; only when asked for. */
  usage: z.object({ cpu: z.number(), memory: z.number(), processes: z.int() }).optional(),
  /** Runs that wait behind it, and why. */
  waiting: z.array(z.object({ run: z.string(), reason: z.string() })),
  nextAt: z.iso.datetime().optional(),
  last: RunInfo.optional(),
  alerts: z.array(AlertRecord),
  /** What a person should know, such as that the definition has changed since the run began. */
  notes: z.array(z.string()),
})
export type TaskStatus = z.infer<typeof TaskStatus>

export interface StatusFacts {
  task: Pick<Task, 'name' | 'type' | 'description' | 'groups'>
  source?: { file: string; line: number }
  enabled: boolean
  /** Why it is idle. */
  idle: string
  /** Its runs that are not over, the oldest first. */
  open: readonly Run[]
  last?: Run | undefined
  nextAt?: number | undefined
  alerts: readonly AlertRecord[]
  /** The definition in force, to tell whether a run has an older one. */
  current?: Task
  /** Why a run waits, by its id. */
  waits: ReadonlyMap<string, string>
}

export function taskStatus(facts: StatusFacts): TaskStatus {
  const { task, source, open, last, nextAt, alerts, waits } = facts
  const begun = open.filter(({ state }) => state !== 'queued')
  const run = begun[0] ?? open[0]
  const reasonOf = (one: Run) => (one.state === 'queued' ? (waits.get(one.id) ?? one.reason) : one.reason)
  const step = run?.steps.find(({ state }) => ['running', 'blocked', 'retrying'].includes(state))?.name
  const since = run ? (run.pausedAt ?? run.startedAt ?? run.createdAt) : last?.endedAt
  return {
    task: task.name,
    type: task.type,
    ...(task.description !== undefined && { description: task.description }),
    groups: task.groups,
    enabled: facts.enabled,
    state: run?.state ?? 'idle',
    reason: run ? reasonOf(run) : facts.idle,
    ...(since !== undefined && { since }),
    ...(source && { source }),
    ...(run && { run: runInfo(run) }),
    ...(step !== undefined && { step }),
    waiting: open.filter((one) => one !== run).map((one) => ({ run: one.id, reason: reasonOf(one) })),
    ...(nextAt !== undefined && { nextAt: new Date(nextAt).toISOString() }),
    ...(last && { last: runInfo(last) }),
    alerts: alerts.toSorted(
      (left, right) =>
        Severity.options.indexOf(right.severity) - Severity.options.indexOf(left.severity) ||
        right.lastAt.localeCompare(left.lastAt),
    ),
    notes: notesOf(facts, run),
  }
}

/** Its process stands still: when somebody else has stopped it, its record does not say so. */
export function asStopped(status: TaskStatus): TaskStatus {
  if (status.state === 'paused') return status
  const reason = `its process was stopped by a signal from outside; before: ${status.reason}`
  return { ...status, state: 'paused', reason }
}

export function runInfo({ definition: _, version: __, matches: ___, ...run }: Run): RunInfo {
  return {
    ...run,
    variables: redactVariables(run.variables),
    ...(run.process && { pid: run.process.pid }),
  }
}

function notesOf({ current, task, source }: StatusFacts, run: Run | undefined): string[] {
  const notes: string[] = []
  if (!source) notes.push('No file defines it any more.')
  if (run && current && JSON.stringify(run.definition) !== JSON.stringify(current)) {
    const take = task.type === 'daemon' ? `; \`iterm-orch restart ${task.name}\` takes the new one` : ''
    notes.push(`Its definition has changed since this run began; the run keeps the old one${take}.`)
  }
  if (run?.probe !== undefined) notes.push(`Its probe fails: ${run.probe}`)
  if (run?.logLost)
    notes.push(`${run.logLost.lines} lines could not be written to its log: ${run.logLost.why}`)
  return notes
}
