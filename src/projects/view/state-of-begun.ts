/** The state of a task that was begun, or is over. Pure. */
import { timeSpan } from '../../lib/time-span.ts'
import type { Run } from '../../runner/run.ts'
import { isOver } from '../../runner/run-state.ts'
import type { Attempt, TaskRecord } from '../run/task-record.ts'
import type { TaskResult, TaskStatus } from '../run/task-result.ts'
import type { Seen, TaskFiles } from './read-project.ts'
import type { TaskView } from './task-view.ts'

/** What is known of it by its record, its run and its result. */
export type Begun = { state: TaskStatus; reason: string; attempts: number } & Partial<
  Pick<
    TaskView,
    | 'earlierAttempts'
    | 'mode'
    | 'agent'
    | 'agentVersion'
    | 'model'
    | 'startedAt'
    | 'endedAt'
    | 'durationSeconds'
    | 'run'
    | 'runningSince'
    | 'progress'
    | 'session'
    | 'escalation'
    | 'nextAttemptAt'
    | 'summary'
    | 'said'
    | 'changedFiles'
  >
>

/**
 * @param tries how often it may be begun
 * @param now ms since 1970
 */
export function stateOfBegun(files: TaskFiles, tries: number, now: number): Begun {
  const { record, result } = files
  if (record && 'value' in record) return byRecord(record.value, files, tries, now)
  const known = result && 'value' in result ? result.value : undefined
  // Nobody knows whether it was begun: it is not begun again by mistake.
  const unknown = known?.status === 'retrying' || !known ? whyUnknown(record, result) : undefined
  return {
    state: known && known.status !== 'retrying' ? known.status : 'held',
    reason: unknown ?? known?.error ?? '',
    attempts: known?.attempts.length ?? 0,
    ...(known && resultFacts(known)),
  }
}

function whyUnknown(record: Seen<TaskRecord>, result: Seen<TaskResult>): string {
  if (record && 'why' in record) return record.why
  if (result && 'why' in result) return result.why
  return 'its record is gone, and its result says that it was to be tried again'
}

function byRecord(record: TaskRecord, { run, result }: TaskFiles, tries: number, now: number): Begun {
  const { attempts, over, earlierAttempts: earlier = 0 } = record
  const last = attempts.at(-1)
  const facts = last?.facts
  const known = {
    attempts: attempts.length - earlier,
    ...(earlier > 0 && { earlierAttempts: earlier }),
    ...(facts && {
      mode: facts.mode,
      agent: facts.agent,
      ...(facts.agentVersion !== undefined && { agentVersion: facts.agentVersion }),
      ...(facts.model !== undefined && { model: facts.model }),
    }),
    ...(attempts[0] && { startedAt: attempts[0].startedAt }),
  }
  if (over) {
    const { value } = result && 'value' in result ? result : {}
    return {
      ...known,
      ...(value
        ? { ...resultFacts(value), attempts: known.attempts }
        : { durationSeconds: workedSeconds(attempts) }),
      state: over.state,
      reason: over.reason ?? value?.error ?? '',
      endedAt: over.at,
    }
  }
  if (!last) return { ...known, state: 'queued', reason: '' }
  if (!last.end)
    return {
      ...known,
      ...byRun(run, last, last.number - earlier, tries),
      ...(record.cancelAsked !== undefined && { reason: 'it is being cancelled' }),
      run: last.run,
      runningSince: last.startedAt,
    }
  const why = last.end.reason ?? last.end.state
  if (record.nextAttemptAt === undefined) {
    // Somebody asked for it once more.
    return { ...known, state: 'queued', reason: `to be done again; before: ${why}` }
  }
  const ahead = Date.parse(record.nextAttemptAt) - now
  const when = ahead > 0 ? ` in ${timeSpan(ahead)}` : ''
  return {
    ...known,
    state: 'retrying',
    reason: `${tryText(attempts.length - earlier + 1, tries)}${when}: ${why}`,
    nextAttemptAt: record.nextAttemptAt,
  }
}

function byRun(
  seen: Seen<Run>,
  { facts }: Attempt,
  number: number,
  tries: number,
): Pick<Begun, 'state' | 'reason'> & Partial<Begun> {
  const again = number > 1 ? tryText(number, tries) : ''
  if (!seen) return { state: 'running', reason: sentence(again, facts ? 'about to start' : 'being prepared') }
  if ('why' in seen) return { state: 'running', reason: seen.why }
  const run = seen.value
  if (isOver(run)) {
    return {
      state: 'running',
      reason: sentence(again, `its run is over (${run.state}), and is being looked at`),
    }
  }
  const step = run.steps.findLast(({ startedAt }) => startedAt !== undefined) ?? run.steps[0]
  const { percent, text } = run.progress
  // Of a single step nothing is known until it tells.
  const progress = {
    ...(percent !== undefined && percent > 0 && { percent }),
    ...(text !== undefined && { text }),
  }
  const shown = {
    ...(Object.keys(progress).length > 0 && { progress }),
    ...(step?.session && { session: step.session.name }),
  }
  if (run.state === 'blocked') {
    const escalation = run.steps.find((each) => each.escalation !== undefined)?.escalation
    return {
      ...shown,
      state: 'blocked',
      reason: sentence(again, blockedText(run.reason)),
      ...(escalation !== undefined && { escalation }),
    }
  }
  const reason =
    run.state === 'running' ? (text ?? '') : run.state === 'queued' ? 'about to start' : run.reason
  return { ...shown, state: 'running', reason: sentence(again, reason) }
}

/** The runner says of which step the agent is; a task has only one. */
function blockedText(reason: string): string {
  return reason.replace(/^the agent of step \S+ waits for an answer \([^)]*\): /u, 'the agent asks: ')
}

function resultFacts(result: TaskResult): Omit<Begun, 'state' | 'reason'> {
  const { mode, agent, agent_version, model, worker_output, git } = result
  return {
    attempts: result.attempts.length,
    startedAt: result.started_at,
    endedAt: result.completed_at,
    durationSeconds: result.duration_seconds,
    ...(mode && { mode }),
    ...(agent !== undefined && { agent }),
    ...(agent_version !== undefined && { agentVersion: agent_version }),
    ...(model !== undefined && { model }),
    ...(worker_output && worker_output.summary !== '' && { summary: worker_output.summary }),
    said: headline(worker_output),
    ...(git && { changedFiles: git.changed_files.length }),
  }
}

/**
 * One line of its last words. An agent that answers begins with what counts; of a program that only prints, and of a
 * screen, the last line tells more.
 */
export function headline(output: TaskResult['worker_output']): string {
  const lines = (output?.summary ?? '').split('\n').filter((line) => line.trim() !== '')
  const answers = output?.usage !== undefined || output?.turns !== undefined
  return (answers ? lines[0] : lines.at(-1))?.trim() ?? ''
}

function workedSeconds(attempts: readonly Attempt[]): number {
  const ms = attempts.map(({ startedAt, end }) => (end ? Date.parse(end.at) - Date.parse(startedAt) : 0))
  return (
    Math.max(
      0,
      ms.reduce((all, each) => all + each, 0),
    ) / 1000
  )
}

function tryText(number: number, tries: number): string {
  return number <= tries ? `try ${number} of ${tries}` : `try ${number}`
}

function sentence(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ')
}
