/** results: what came of tasks. */
import { type Command, InvalidArgumentError } from 'commander'
import { parseDuration } from '../../lib/duration.ts'
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { TaskResult } from '../../projects/run/task-result.ts'
import { costOf, localDay, spendingsOf, sumOf } from '../../projects/view/cost.ts'
import { headline } from '../../projects/view/state-of-begun.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { since } from '../session-text.ts'
import { renderTable } from '../table.ts'
import { costText, secondsText, styledStatus } from './project-text.ts'
import { allOption, projectOption, theProjects } from './projects-of.ts'

interface ResultsOptions {
  project?: string
  all?: boolean
  archived?: boolean
  failed?: boolean
  /** Ms since 1970. */
  since?: number
}

/** With the project that it stands in: the one that its file names may have another name by now. */
interface Listed {
  project: string
  file: string
  result: TaskResult
}

export function addResults(program: Command, context: CliContext): void {
  const command = program
    .command('results')
    .description(
      'Lists what came of tasks, the latest first: how each ended, how long it took, what it cost, which files it ' +
        'changed, and what its agent said of it. It reads `results/` only; the service need not run.',
    )
    .summary('list what came of tasks')
    .option(...projectOption)
    .option(...allOption)
    .option('--archived', 'also of tasks in archive/ (project tidy)')
    .option('--failed', 'only of those that failed')
    .option('--since <when>', 'ended since then: 2h, 7d, today, yesterday, or 2026-11-21', parseSince)
    .action((options: ResultsOptions) => results(options, context))
  addExamples(command, [
    ['iterm-orch results', 'of the project of this directory'],
    ['iterm-orch results --failed --since today --all', 'what has failed today, anywhere'],
    [`iterm-orch results --since 7d --json | jq '.days'`, 'what each day cost'],
  ])
}

async function results(options: ResultsOptions, context: CliContext): Promise<void> {
  const { out } = context
  const { readResults } = await import('../../projects/view/read-results.ts')
  const { readArchivedResults } = await import('../../projects/view/read-archive.ts')
  const listed: Listed[] = []
  const onProblem = (problem: string) => {
    out.note(out.errorStyle.yellow(shownText(problem)))
    context.exitCode = ExitCode.usage
  }
  for (const { name: project, path } of await theProjects(context, options)) {
    const archived = options.archived ? readArchivedResults(path, onProblem) : []
    for (const { file, result } of [...readResults(path, onProblem), ...archived])
      if (isWanted(result, options)) listed.push({ project, file, result })
  }
  listed.sort((a, b) => Date.parse(b.result.completed_at) - Date.parse(a.result.completed_at))
  if (out.json) return out.result({ results: listed.map(inJson), days: daysOf(listed) })
  if (listed.length === 0) return out.line('There are no such results.')
  for (const line of table(listed, options.all ?? false, context)) out.line(line)
  out.line(out.style.faint(sumText(listed)))
}

function isWanted({ status, completed_at }: TaskResult, { failed, since: from }: ResultsOptions): boolean {
  return (!failed || status === 'failed') && (from === undefined || Date.parse(completed_at) >= from)
}

/** What was captured is long, and stands in the file. */
function inJson({ project, file, result }: Listed): object {
  const { stdout: _, stderr: __, worker_output, ...rest } = result
  const { raw_output: ___, ...said } = worker_output ?? { summary: '' }
  return { ...rest, project, file, worker_output: worker_output && said }
}

function daysOf(listed: readonly Listed[]): object[] {
  const spent = listed.flatMap(({ result }) => spendingsOf(result))
  const days = new Set([
    ...listed.map(({ result }) => localDay(result.completed_at)),
    ...spent.map(({ at }) => localDay(at)),
  ])
  return [...days].sort().map((day) => {
    const ended = listed.filter(({ result }) => localDay(result.completed_at) === day)
    const count = (wanted: TaskResult['status']) =>
      ended.filter(({ result }) => result.status === wanted).length
    const cost = sumOf(spent.filter(({ at }) => localDay(at) === day).map(({ cost: each }) => each))
    return {
      day,
      completed: count('completed'),
      failed: count('failed'),
      cancelled: count('cancelled'),
      cost,
    }
  })
}

function table(listed: readonly Listed[], several: boolean, { out }: CliContext): string[] {
  const now = Date.now()
  const { bold, faint, red } = out.style
  const rows = listed.map(({ project, result }) => {
    const { task_id, status, completed_at, duration_seconds, attempts, git, error, worker_output } = result
    const said = error ?? headline(worker_output)
    return [
      ...(several ? [{ text: project }] : []),
      { text: shownText(task_id), style: bold },
      { text: status, style: () => styledStatus(status, out.style) },
      { text: since(completed_at, now), style: faint },
      { text: secondsText(duration_seconds) },
      { text: String(attempts.length) },
      { text: costText(costOf(result)) },
      { text: git === undefined ? '' : String(git.changed_files.length) },
      { text: shownText(said.trim().split('\n', 1)[0] ?? ''), style: error === null ? faint : red },
    ]
  })
  const columns = [
    ...(several ? [{ title: 'PROJECT', least: 7 }] : []),
    { title: 'TASK', least: several ? 8 : 16 },
    { title: 'STATE' },
    { title: 'AGO' },
    { title: 'TIME' },
    { title: 'TRIES' },
    { title: 'COST', least: 7 },
    { title: 'FILES' },
    { title: 'SAID', least: 10 },
  ]
  return renderTable(columns, rows, out.width, faint)
}

function sumText(listed: readonly Listed[]): string {
  const states = (['completed', 'failed', 'cancelled', 'retrying'] as const).flatMap((state) => {
    const count = listed.filter(({ result }) => result.status === state).length
    return count === 0 ? [] : [`${count} ${state}`]
  })
  const cost = costText(sumOf(listed.map(({ result }) => costOf(result))))
  return [states.join(', '), cost].filter(Boolean).join('; ')
}

/** @throws {InvalidArgumentError} */
function parseSince(text: string): number {
  const span = parseDuration(text)
  if (span !== undefined) return Date.now() - span
  const midnight = new Date()
  midnight.setHours(0, 0, 0, 0)
  if (text === 'today') return midnight.getTime()
  if (text === 'yesterday') return midnight.setDate(midnight.getDate() - 1)
  const day = /^\d{4}-\d\d-\d\d$/u.test(text) ? `${text}T00:00:00` : text
  const at = /^\d{4}-\d\d-\d\dT/u.test(day) ? Date.parse(day) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new InvalidArgumentError(
    'It must be a time such as 2h or 7d, today, yesterday, or a date such as 2026-11-21.',
  )
}
