/** projects: how all projects are. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import { ExitCode, errorMessage } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Project } from '../../projects/project.ts'
import type { Overview } from '../../projects/view/overview.ts'
import type { LookAt } from '../../projects/view/read-project.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { LiveScreen } from '../live-screen.ts'
import { renderTable } from '../table.ts'
import { lookAtService, type ServiceLook } from './look-at-project.ts'
import { timeText, todayText, whyText } from './project-text.ts'
import { registryOf, styledProjectState } from './projects-of.ts'

/** Files are looked at this often for `--watch --json`. */
const lookMs = 1_000

interface SeenProject {
  project: Project
  overview?: Overview
  /** Files that could not be read, and why. */
  problems: string[]
}

export function addProjects(program: Command, context: CliContext): void {
  const command = program
    .command('projects')
    .description(
      'Shows all registered projects: what each works on, what waits and what is blocked, and what was done, failed ' +
        'and spent today. It reads files only; the service need not run.',
    )
    .summary('show how all projects are')
    .option('-w, --watch', 'go on showing it as it changes, until it is interrupted')
    .action((options: { watch?: boolean }) => (options.watch ? watch(context) : once(context)))
  addExamples(command, [
    ['iterm-orch projects', 'a table'],
    ['iterm-orch projects --watch', 'a live table'],
    [`iterm-orch projects --json | jq '[.projects[].today.cost.usd] | add'`, 'what today has cost'],
  ])
}

async function once(context: CliContext): Promise<void> {
  const { out } = context
  const { lookAtJsonFile } = await import('../../lib/json-file.ts')
  const { projects, problems } = await registryOf(context)
  const seen = await look(projects, lookAtJsonFile, context)
  if (problems.length > 0 || seen.some((one) => one.problems.length > 0)) context.exitCode = ExitCode.usage
  const service = await lookAtService(context)
  if (out.json) {
    const { runs, troubles } = service
    return out.result({
      service: runs,
      troubles: Object.fromEntries(troubles),
      projects: seen.map(inJson),
      problems,
    })
  }
  for (const { problems: own } of seen)
    for (const problem of own) out.note(out.errorStyle.yellow(shownText(problem)))
  for (const line of lines(seen, service, context)) out.line(line)
}

async function watch(context: CliContext): Promise<void> {
  const { out } = context
  const until = context.untilInterrupted()
  const { cachedLook } = await import('../../projects/view/file-cache.ts')
  const { readRegistry } = await import('../../projects/registry.ts')
  const lookAt = cachedLook()
  const lookNow = () => look(readRegistry(context.home).projects, lookAt, context)
  if (out.interactive) {
    const screen = new LiveScreen(out, async () => {
      try {
        return lines(await lookNow(), await lookAtService(context), context)
      } catch (error) {
        // Such as a registry that somebody is editing.
        return [out.style.red(shownText(errorMessage(error)))]
      }
    })
    screen.changed()
    await new Promise((resolve) => until.addEventListener('abort', resolve, { once: true }))
    screen.end()
    return
  }
  const shown = new Map<string, string>()
  let trouble = ''
  while (!until.aborted) {
    try {
      tellChanges(await lookNow(), shown, context)
      trouble = ''
    } catch (error) {
      if (trouble !== errorMessage(error)) out.note(shownText(errorMessage(error)))
      trouble = errorMessage(error)
    }
    await delay(lookMs, undefined, { signal: until }).catch(() => undefined)
  }
}

function tellChanges(seen: readonly SeenProject[], shown: Map<string, string>, { out }: CliContext): void {
  for (const one of seen) {
    const record = inJson(one)
    const text = out.json ? JSON.stringify(record) : countsText(one)
    if (shown.get(one.project.name) === text) continue
    shown.set(one.project.name, text)
    if (out.json) out.record(record)
    else out.line(`${one.project.name}: ${one.project.state}, ${text}`)
  }
}

/** Of all projects, whatever is wrong with one of them. */
async function look(
  projects: readonly Project[],
  lookAt: LookAt,
  context: CliContext,
): Promise<SeenProject[]> {
  const { readProject } = await import('../../projects/view/read-project.ts')
  const { viewProject } = await import('../../projects/view/view-project.ts')
  const { overviewOf, startOfDay } = await import('../../projects/view/overview.ts')
  const now = Date.now()
  return projects.map((project) => {
    if (project.state === 'missing' || project.state === 'unreadable') return { project, problems: [] }
    try {
      const files = readProject(context.home, project.path, { lookAt, overSince: startOfDay(now) })
      const overview = overviewOf(viewProject(files, now), files, now)
      return { project, overview, problems: files.problems }
    } catch (error) {
      return { project, problems: [errorMessage(error)] }
    }
  })
}

function inJson({ project, overview, problems }: SeenProject): object {
  const { name, path, state, reason } = project
  const { counts, working = [], today } = overview ?? {}
  const shown = working.map(({ id, state: of, reason: why, agent, runningSince, escalation, progress }) => ({
    ...{ id, state: of, reason: why, agent, runningSince, escalation, progress },
  }))
  return { name, path, state, reason, ...(overview && { counts, working: shown, today }), problems }
}

function lines(seen: readonly SeenProject[], service: ServiceLook, { out }: CliContext): string[] {
  if (seen.length === 0)
    return ['There are no projects. Register one: iterm-orch project register <directory>']
  const { bold, faint, yellow, red } = out.style
  const now = Date.now()
  const count = (number: number | undefined) => (number === undefined || number === 0 ? '' : String(number))
  const rows = seen.map((one) => {
    const { project, overview } = one
    const { counts, today } = overview ?? {}
    return [
      { text: project.name, style: bold },
      { text: project.state, style: () => styledProjectState(project.state, out.style) },
      { text: count(counts && counts.queued + counts.retrying) },
      { text: count(counts?.held) },
      { text: count(counts?.blocked), style: yellow },
      { text: today ? todayText(today) : '', ...(today && today.failed > 0 && { style: red }) },
      { text: shownText(nowText(one, now, service.troubles.get(project.name))), style: faint },
    ]
  })
  const columns = [
    { title: 'PROJECT', least: 10 },
    { title: 'STATE' },
    { title: 'WAITS' },
    { title: 'HELD' },
    { title: 'BLOCKED' },
    { title: 'TODAY', least: 8 },
    { title: 'NOW', least: 12 },
  ]
  const table = renderTable(columns, rows, out.width, faint)
  const waits = seen.some(({ overview }) => overview && overview.counts.queued + overview.counts.retrying > 0)
  if (service.runs || !waits) return table
  return [
    ...table,
    yellow('The service does not run: no task is begun until it does. iterm-orch service start'),
  ]
}

/** What it works on, or why it does not. */
function nowText({ project, overview, problems }: SeenProject, now: number, trouble = ''): string {
  if (!overview) return problems[0] ?? project.reason
  const working = overview.working.map((task) => {
    const why = whyText(task, now)
    const state = task.state === 'blocked' ? 'blocked ' : ''
    return `${task.description} ${state}for ${timeText(task, now)}${why === '' ? '' : `: ${why}`}`
  })
  const [first, ...more] = problems
  const broken = more.length > 0 ? `${problems.length} files cannot be read` : (first ?? '')
  return [trouble || broken, ...working].filter(Boolean).join('; ')
}

function countsText({ project, overview, problems }: SeenProject): string {
  if (!overview) return problems[0] ?? project.reason
  const { counts, today } = overview
  return [
    `${counts.running} running`,
    `${counts.queued + counts.retrying} waiting`,
    `${counts.blocked} blocked`,
    `today: ${todayText(today) || 'nothing'}`,
  ].join(', ')
}
