/** logs: what the monitor says of a project, or what one of its tasks prints. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Project } from '../../projects/project.ts'
import { placesIn } from '../../projects/project-places.ts'
import type { ReadLine } from '../../runner/read-log.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { wholeNumber } from '../parse-number.ts'
import type { Styles } from '../styles.ts'
import { localTime } from '../tasks/task-text.ts'
import { lookAtProject } from './look-at-project.ts'
import { projectOption, theProject } from './projects-of.ts'

interface LogsOptions {
  project?: string
  follow?: boolean
  lines: number
  task?: string
}

/** More than anybody reads; whoever wants all of it has the file. */
const mostLines = 1_000_000

export function addLogs(program: Command, context: CliContext): void {
  const command = program
    .command('logs')
    .description(
      'Shows the end of logs/monitor.log of a project: which task was begun, asked, retried or ended, and why. With ' +
        '--task, what that task printed: | standard output, ! standard error, : said by iterm-orch. It reads files only.',
    )
    .summary('show what goes on in a project, or what a task prints')
    .option(...projectOption)
    .option('-t, --task <any-task>', 'what this task printed')
    .option('-f, --follow', 'go on with what comes, over rotations, until interrupted')
    .option('-n, --lines <number>', 'how many of the last lines', wholeNumber(0, mostLines), 20)
    .action((options: LogsOptions) => logs(options, context))
  addExamples(command, [
    ['iterm-orch logs -f', 'what goes on in the project of this directory'],
    ['iterm-orch logs --task fix-the-login -n 100', 'what a task printed'],
    ['iterm-orch logs -p shop -f --json', 'one object a line'],
  ])
}

async function logs(options: LogsOptions, context: CliContext): Promise<void> {
  const project = await theProject(context, options.project)
  if (away.has(project.state)) {
    throw new OrchError('failed', `The logs of project ${project.name} cannot be read: ${project.reason}.`, {
      hint: 'Mount its disk, bring it back, or look at who may read it.',
    })
  }
  const { logEnd } = await import('../../lib/rotated-log.ts')
  const { followLog, lastLogLines, LineJoiner } = await import('../../runner/read-log.ts')
  const path = await logOf(project, options.task, context)
  if (!options.follow && !statSync(path, { throwIfNoEntry: false })) {
    throw new OrchError('task-not-found', `There is no ${path} yet.`, {
      hint: options.task === undefined ? 'Nothing has gone on in this project.' : 'The task has not begun.',
    })
  }
  const end = logEnd(path)
  const joiner = new LineJoiner()
  const { logText } = await import('../tasks/log-text.ts')
  const show = (line: ReadLine) => {
    const whole = joiner.take(line)
    if (!whole) return
    if (context.out.json) context.out.record(inJson(whole))
    else if ('stream' in whole) context.out.line(logText(whole, context.out.style))
    else context.out.line(monitorText(whole.text, context.out.style))
  }
  for (const line of lastLogLines(path, options.lines, () => true)) show(line)
  if (!options.follow) return
  for await (const line of followLog(path, end, context.untilInterrupted())) show(line)
}

const away: ReadonlySet<Project['state']> = new Set(['missing', 'unreadable'])

async function logOf(project: Project, task: string | undefined, context: CliContext): Promise<string> {
  if (task === undefined) return join(placesIn(project.path).logs, 'monitor.log')
  const { noSuchTask, tryFindTask } = await import('../../projects/find-task.ts')
  const { logFile, runPlacesOf } = await import('../../runner/run-paths.ts')
  const { view } = await lookAtProject(context, project)
  const found = tryFindTask(view.tasks, task)
  if (found) return logFile(runPlacesOf(context.home, project.path), found.id)
  const { archivedPlaces, archivedTasks } = await import('../../projects/archive.ts')
  const archived = tryFindTask(archivedTasks(project.path), task)
  if (archived) return archivedPlaces(project.path, archived.id).log
  throw noSuchTask(view.tasks, task)
}

/** Its parts were put together. */
function inJson(line: ReadLine): object {
  if (!('stream' in line)) return readMonitorLine(line.text) ?? line
  const { goesOn: _, ...whole } = line
  return whole
}

/** `2026-11-21 12:00:00 [task-x] completed`, with the time here. */
function monitorText(line: string, style: Styles): string {
  const read = readMonitorLine(line)
  if (!read) return shownText(line)
  const task = read.task === undefined ? '' : `${style.cyan(`[${shownText(read.task)}]`)} `
  return `${style.faint(localTime(read.at))} ${task}${shownText(read.text)}`
}

/** Undefined for what the monitor did not write. */
function readMonitorLine(line: string): { at: string; task?: string; text: string } | undefined {
  const [, at, task, text = ''] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (?:\[([^\]]+)\] )?(.*)$/su.exec(line) ?? []
  return at === undefined ? undefined : { at, ...(task !== undefined && { task }), text }
}
