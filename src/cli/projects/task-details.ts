/** Everything about one task of a project, as lines. */
import type { Escalation } from '../../escalation/escalation.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Project } from '../../projects/project.ts'
import type { TaskRecord } from '../../projects/run/task-record.ts'
import type { TaskResult } from '../../projects/run/task-result.ts'
import type { TaskView } from '../../projects/view/task-view.ts'
import type { Happening } from '../../projects/view/timeline.ts'
import type { Run } from '../../runner/run.ts'
import { shortEscalation } from '../escalation/escalation-id.ts'
import type { Styles } from '../styles.ts'
import { localTime } from '../tasks/task-text.ts'
import { costText, secondsText, styledStatus, timeText, triesText, whyText } from './project-text.ts'

/** More are in the result. */
const mostFiles = 10
/** Of what it printed on standard error. */
const mostErrorLines = 10
/** Of the text of the document, and of the agent's last words. */
const mostTextLines = 20

export interface ShownTask {
  project: Project
  task: TaskView
  timeline: Happening[]
  record?: TaskRecord
  /** The attempt that goes on. */
  run?: Run
  result?: TaskResult
  resultFile?: string
  log?: string
  /** Its directory in `archive/`, when it was tidied away. */
  archive?: string
  /** What it waits for. */
  escalation?: Escalation
}

export function taskDetails(shown: ShownTask, style: Styles, now: number): string[] {
  const { project, task, timeline, result, log, escalation } = shown
  const why = whyText(task, now)
  const field = (name: string, text: string) => `  ${style.faint(name.padEnd(9))} ${text}`
  const block = (name: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${style.faint(name)}`, ...lines.map((line) => `    ${line}`)]
  return [
    `${style.bold(shownText(task.id))}  ${styledStatus(task.state, style)}${why === '' ? '' : `  ${why}`}`,
    field('project', `${project.name}  ${shownText(project.path)}`),
    ...(shown.archive === undefined ? [] : [field('archived', shownText(shown.archive))]),
    field('document', documentText(task)),
    ...fields(settingsFields(shown), field),
    ...fields(workFields(shown, now), field),
    ...(result ? fields(resultFields(result), field) : []),
    ...warningsOf(shown).map((warning) => field('warning', style.yellow(shownText(warning)))),
    ...(shown.resultFile === undefined ? [] : [field('result', shownText(shown.resultFile))]),
    ...(log === undefined ? [] : [field('log', `${shownText(log)}  (iterm-orch logs --task ${task.id})`)]),
    ...(escalation ? block('it asks', questionLines(escalation)) : []),
    ...block(
      'what happened',
      timeline.map(({ at, text }) => `${localTime(at)}  ${shownText(text)}`),
    ),
    ...block('what is to be done', textLines(task.text)),
    ...block('its last words', textLines(result?.worker_output?.summary ?? '')),
    ...(task.state === 'failed' ? block('the end of its errors', lastLines(result?.stderr ?? '')) : []),
  ]
}

type Field = readonly [name: string, text: string]

function fields(all: readonly Field[], field: (name: string, text: string) => string): string[] {
  return all.filter(([, text]) => text !== '').map(([name, text]) => field(name, text))
}

function documentText({ path, document }: TaskView): string {
  const what = {
    there: '',
    changed: ' (changed since it was begun)',
    unfit: ' (nobody could work on it as it is now)',
    gone: ' (gone)',
  }[document]
  return `${shownText(path)}${what}`
}

function settingsFields({ task: { settings, plan, place } }: ShownTask): Field[] {
  const timeoutMs = plan?.timeoutMs
  return [
    ['place', place === undefined ? '' : `${place} of those that wait`],
    ['priority', settings?.priority ? String(settings.priority) : ''],
    ['needs', settings?.needs.join(', ') ?? ''],
    ['timeout', timeoutMs === undefined ? '' : secondsText(timeoutMs / 1000)],
    ['prompt', shownText(plan?.prompt ?? '')],
  ]
}

function workFields({ task, run, result, record }: ShownTask, now: number): Field[] {
  const { agent, agentVersion, model, mode, startedAt, endedAt, session } = task
  const who = [agent, agentVersion].filter(Boolean).join(' ')
  const facts = record?.attempts.at(-1)?.facts
  const time = timeText(task, now)
  return [
    [
      'agent',
      shownText([who, model, mode, facts?.permissions ?? task.plan?.permissions].filter(Boolean).join(', ')),
    ],
    ['works in', facts === undefined ? '' : shownText(facts.cwd)],
    ['tries', task.attempts === 0 && task.tries > 1 ? `up to ${task.tries}` : triesText(task)],
    ['begun', startedAt === undefined ? '' : localTime(startedAt)],
    ['ended', endedAt === undefined ? '' : localTime(endedAt)],
    ['time', time],
    [
      'session',
      session === undefined ? '' : `${shownText(session)}  (iterm-orch attach ${shownText(session)})`,
    ],
    ['process', run?.process === undefined ? '' : String(run.process.pid)],
    ['cost', result === undefined ? '' : costLine(task, result)],
  ]
}

function costLine({ cost }: TaskView, { worker_output }: TaskResult): string {
  const { input_tokens, output_tokens, cache_read_tokens } = worker_output?.usage ?? {}
  const tokens = [
    input_tokens === undefined ? '' : `${input_tokens} tokens in`,
    output_tokens === undefined ? '' : `${output_tokens} out`,
    cache_read_tokens === undefined ? '' : `${cache_read_tokens} from the cache`,
  ]
  const told = [cost.usd === undefined ? '' : costText({ usd: cost.usd }), ...tokens]
  return told.filter(Boolean).join(', ')
}

function resultFields({ git, worker_output, stdout_file, stderr_file }: TaskResult): Field[] {
  const conversation = worker_output?.session_id
  const denied = (worker_output?.denied ?? []).map(({ tool, what }) => [tool, what].filter(Boolean).join(' '))
  return [
    ...(git ? gitFields(git) : []),
    ['denied', shownText(denied.join(', '))],
    ['resume', conversation === undefined ? '' : `its conversation is ${shownText(conversation)}`],
    ['output', shownText([stdout_file, stderr_file].filter(Boolean).join(', '))],
  ]
}

function gitFields(git: NonNullable<TaskResult['git']>): Field[] {
  const { commit_before, commit_after, changed_files: files, worktree, problem } = git
  const short = (commit: string | null) => commit?.slice(0, 10) ?? 'no commit'
  const moved = commit_before === commit_after ? '' : ` → ${short(commit_after)}`
  const more = files.length > mostFiles ? `, and ${files.length - mostFiles} more` : ''
  const tree =
    worktree && `${worktree.path}, branch ${worktree.branch}, ${worktree.kept ? 'kept' : 'removed'}`
  const why = worktree?.reason === undefined ? '' : `: ${worktree.reason}`
  return [
    ['git', `${short(commit_before)}${moved}${problem === undefined ? '' : `, ${shownText(problem)}`}`],
    ['changed', shownText(files.slice(0, mostFiles).join(', ') + more)],
    ['worktree', tree === undefined ? '' : shownText(tree + why)],
  ]
}

/** Of the result, or of the attempt that goes on. */
function warningsOf({ result, record }: ShownTask): readonly string[] {
  return result?.warnings ?? record?.attempts.at(-1)?.facts?.warnings ?? []
}

function questionLines(escalation: Escalation): string[] {
  const options = (escalation.prompt?.options ?? []).map(
    ({ label }, index) => `${index + 1}. ${shownText(label)}`,
  )
  const answer = `answer with: iterm-orch answer ${shortEscalation(escalation)} <choice>`
  return [...textLines(escalation.text), ...options, answer]
}

function textLines(text: string): string[] {
  const lines = text.trim().split('\n')
  const shown = lines.slice(0, mostTextLines).map(shownText)
  if (lines.length > mostTextLines) shown.push(`… ${lines.length - mostTextLines} more lines`)
  return text.trim() === '' ? [] : shown
}

function lastLines(text: string): string[] {
  return text.trim() === '' ? [] : text.trimEnd().split('\n').slice(-mostErrorLines).map(shownText)
}
