/** What came of an attempt whose run is over. Looks only at what stays as it is, so that it may look again. */
import { join } from 'node:path'
import { lastWordsOn } from '../../agents/reading/last-words.ts'
import { removeQuietly } from '../../lib/atomic-file.ts'
import { lookAtJsonFile } from '../../lib/json-file.ts'
import { redact } from '../../lib/redact.ts'
import type { Run } from '../../runner/run.ts'
import { projectDirectory } from '../project-directory.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'
import { withEarlierAttempts } from '../run/earlier-attempts.ts'
import type { Executor, TaskOrder } from '../run/executor.ts'
import { resultFile } from '../run/result-file.ts'
import type { Attempt, AttemptFacts, TaskRecord } from '../run/task-record.ts'
import { type AttemptResult, TaskResult, type WorkerOutput } from '../run/task-result.ts'
import { attemptFiles } from './attempt-files.ts'
import type { EscalationNote, ExecutorOptions } from './executor-options.ts'
import { Git } from './git.ts'
import { gitChanges } from './git-changes.ts'
import { wayOf } from './headless-way.ts'
import { headlessWord } from './headless-word.ts'
import { type KeptOutput, keepOutput } from './kept-output.ts'
import { leaveWorktree } from './worktree.ts'

type Concluded = Awaited<ReturnType<Executor['conclude']>>

export interface OverAttempt {
  order: TaskOrder
  attempt: Attempt
  run: Run
  record: TaskRecord
}

export async function concludeAttempt(options: ExecutorOptions, over: OverAttempt): Promise<Concluded> {
  const { order, attempt, run, record } = over
  const { facts } = attempt
  const said = await whatItSaid(options, over)
  const { state, reason } = endOf(run, said)
  const end = run.endedAt ?? run.updatedAt
  const attempts = attemptsOf(record, attempt, { end, state, reason })
  const git = facts && (await gitOf(options, order, record, facts))
  const result: TaskResult = {
    version: 1,
    task_id: order.id,
    project: order.project.name,
    status: state,
    stdout: said.stdout.text,
    stderr: said.stderr?.text ?? null,
    ...(said.stdout.file === undefined ? {} : { stdout_file: said.stdout.file }),
    ...(said.stderr?.file === undefined ? {} : { stderr_file: said.stderr.file }),
    duration_seconds: sum(attempts.map(({ duration_seconds }) => duration_seconds)),
    worker_output: said.output,
    error: state === 'completed' ? null : (reason ?? state),
    started_at: attempts[0]?.started_at ?? attempt.startedAt,
    completed_at: end,
    attempts,
    ...(facts ? agentFacts(facts, said) : {}),
    ...(git ? { git } : {}),
    escalations: escalationsOf(options, over),
    document_sha256: record.document.sha256,
    ...(facts?.warnings === undefined ? {} : { warnings: facts.warnings }),
  }
  pruneOutput(options, order, record)
  const before = lookAtJsonFile(resultFile(projectDirectory(order.project.path), order.id), TaskResult)
  const known = before.kind === 'read' ? before.value : undefined
  return {
    state,
    ...(reason === undefined ? {} : { reason }),
    result: withEarlierAttempts(result, known),
  }
}

/** So many attempts keep what they printed; a result has that of the last one. */
const keptAttempts = 5

function pruneOutput({ home }: ExecutorOptions, order: TaskOrder, { attempts }: TaskRecord): void {
  for (const { run } of attempts.slice(0, -keptAttempts)) {
    const { stdout, stderr, screen, asks } = attemptFiles(home, { ...order, run })
    for (const path of [stdout, stderr, screen, asks]) removeQuietly(path)
  }
}

/** The step is the agent: what is said of it is said of the task. */
function endOf(run: Run, { trouble, inTheWay }: Said): Pick<Concluded, 'state' | 'reason'> {
  const [step] = run.steps
  // Otherwise it is about the whole run: its time was up, or it vanished.
  const ofStep = run.reason.startsWith('step ')
  const reason = (ofStep ? step?.reason : undefined) ?? run.reason
  if (run.state === 'stopped') return { state: 'cancelled', reason }
  if (run.state === 'completed') return trouble === undefined ? { state: 'completed' } : failed(trouble)
  // Its program ended by itself: whatever it said of that tells more.
  if (ofStep && step?.exitCode !== undefined) return failed(trouble ?? reason)
  // Such as a limit that it waited for until its time was up.
  return failed(inTheWay === undefined ? reason : `${reason} (${inTheWay})`)
}

function failed(reason: string): Pick<Concluded, 'state' | 'reason'> {
  return { state: 'failed', reason }
}

interface Said {
  stdout: KeptOutput
  stderr?: KeptOutput
  output: WorkerOutput
  /** What is wrong, as the agent says it or as can be seen of it. */
  trouble?: string | undefined
  /** What was in the agent's way when it ended, as it said itself. */
  inTheWay?: string | undefined
  version?: string | undefined
  model?: string | undefined
}

async function whatItSaid(options: ExecutorOptions, { order, attempt, run }: OverAttempt): Promise<Said> {
  const files = attemptFiles(options.home, order)
  const { results } = placesIn(projectDirectory(order.project.path))
  makeOwnPlace(results)
  const beside = (stream: string) => join(results, `${order.id}.${stream}.log`)
  if (attempt.facts?.mode === 'session') {
    const stdout = keepOutput(files.screen, beside('stdout'))
    keepOutput(files.stderr, beside('stderr'))
    const { conversation } = run.steps[0]?.session ?? {}
    const resumable = conversation === undefined ? {} : { session_id: conversation }
    const profile = options.profiles().get(attempt.facts.agent)
    const shown = profile && lastWordsOn(stdout.text.split('\n'), profile)
    const summary = redact(reportOf(run) ?? shown ?? lastWords(stdout.text))
    return { stdout, output: { summary, ...resumable } }
  }
  const stdout = keepOutput(files.stdout, beside('stdout'))
  const stderr = keepOutput(files.stderr, beside('stderr'))
  const format = wayOf(options, attempt.facts?.agent ?? '')?.output ?? 'text'
  const word = await headlessWord(format, files.stdout, stderr.text, run.steps[0] ?? {})
  const raw = {
    raw_output: stdout.text,
    ...(stdout.file === undefined ? {} : { raw_output_file: stdout.file }),
  }
  // These are announced, and shown in lists.
  const trouble = word.trouble === undefined ? undefined : redact(word.trouble)
  const inTheWay = word.inTheWay === undefined ? undefined : redact(word.inTheWay)
  const output = { ...word.output, summary: redact(word.output.summary), ...raw }
  return { ...word, stdout, stderr, trouble, inTheWay, output }
}

/** What the agent of a session handed in, or said on a line of its own. */
function reportOf({ steps: [step], definition }: Run): string | undefined {
  const action = definition.steps[0]?.action
  const reports = action?.kind === 'agent' && action.done.when === 'completion'
  return reports && step?.state === 'completed' ? step.reason : undefined
}

interface End {
  end: string
  state: AttemptResult['status']
  reason: string | undefined
}

/** Of the words that are shown as what it said last. In characters. */
const mostSummary = 2_000

/** The last lines of a screen. */
function lastWords(text: string): string {
  const end = text.trimEnd().slice(-mostSummary)
  return end.length < mostSummary ? end.trimStart() : end.slice(end.indexOf('\n') + 1)
}

/** Those before it, as they ended, and this one. */
function attemptsOf({ attempts }: TaskRecord, { number }: Attempt, now: End): AttemptResult[] {
  return attempts.flatMap((each) => {
    if (each.number === number) return attemptResult(each, now)
    const { end } = each
    return end === undefined || each.number > number
      ? []
      : attemptResult(each, { end: end.at, state: end.state, reason: end.reason })
  })
}

function attemptResult({ number, run, startedAt }: Attempt, { end, state, reason }: End): AttemptResult {
  return {
    ...{ number, run, status: state },
    error: state === 'completed' ? null : (reason ?? state),
    ...{ started_at: startedAt, completed_at: end },
    duration_seconds: Math.max(0, (Date.parse(end) - Date.parse(startedAt)) / 1_000),
  }
}

function agentFacts({ mode, agent, permissions, ...facts }: AttemptFacts, said: Said): Partial<TaskResult> {
  const { version = facts.agentVersion, model = facts.model } = said
  return {
    ...{ mode, agent },
    ...(version === undefined ? {} : { agent_version: version }),
    ...(model === undefined ? {} : { model }),
    ...(permissions === undefined ? {} : { permissions }),
  }
}

/** Since the first attempt in the same place: what that one has done is the task's, too. */
async function gitOf(
  options: ExecutorOptions,
  { project }: TaskOrder,
  { attempts }: TaskRecord,
  own: AttemptFacts,
): Promise<TaskResult['git']> {
  const first = attempts.find(({ facts }) => facts?.cwd === own.cwd)?.facts ?? own
  const { gitBefore: commit, gitDirty: dirty = {}, gitDirtyMore: dirtyMore } = first
  const git = new Git(project.path, options.environment())
  const changes = await gitChanges(git.in(own.cwd), {
    dirty,
    ...(commit === undefined ? {} : { commit }),
    ...(dirtyMore === undefined ? {} : { dirtyMore }),
  })
  const worktree = own.worktree && (await leaveWorktree(git, own.worktree))
  if (!changes && !worktree) return undefined
  return {
    commit_before: commit ?? null,
    // A worktree that is gone was removed because nothing was done in it.
    ...(changes ?? { commit_after: commit ?? null, changed_files: [] }),
    ...(worktree ? { worktree } : {}),
  }
}

function escalationsOf(options: ExecutorOptions, { attempt, run }: OverAttempt): EscalationNote[] {
  const session = run.steps[0]?.session
  const notes = options.escalations({
    session: session?.id ?? session?.name,
    run: run.id,
    since: attempt.startedAt,
  })
  // They may be older than what is known to be secret now.
  return notes.map((note) => ({
    ...note,
    text: redact(note.text),
    answer: note.answer === null ? null : redact(note.answer),
  }))
}

function sum(seconds: readonly number[]): number {
  return Math.round(seconds.reduce((all, each) => all + each, 0) * 1_000) / 1_000
}
