/** project tidy: clears away what tasks have left that are over. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseDuration } from '../../lib/duration.ts'
import { ExitCode, errorMessage, OrchError } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Project } from '../../projects/project.ts'
import type { Tidied, TidyOptions } from '../../projects/tidy/tidy-project.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { projectClient } from './project-client-of.ts'
import { theProjects } from './projects-of.ts'

const usualAge = '30d'

/** More names than these nobody reads; `--json` has all. */
const mostNamed = 20

interface Options {
  all?: boolean
  olderThan: number
  dryRun?: boolean
  delete?: boolean
}

export function addProjectTidy(parent: Command, context: CliContext): void {
  const command = parent
    .command('tidy')
    .description(
      'Moves what tasks have left that have been over for some time to archive/<task>/ of their project: document, ' +
        'result, record, captured output and log. What is not over, what a waiting task needs, and what has a worktree ' +
        'with work in it stays. It may be interrupted at any moment; the next one goes on.',
    )
    .summary('archive what tasks have left that are over')
    .argument(
      '[project]',
      'name or directory of a project (default: the one of this directory, else the only one)',
    )
    .option('-a, --all', 'all projects')
    .addOption(
      new Option('--older-than <time>', 'over for longer than this, such as 12h or 30d')
        .argParser(parseAge)
        .default(parseAge(usualAge), usualAge),
    )
    .option('--delete', 'delete it instead')
    .option('--dry-run', 'only say what would be done')
    .action((project: string | undefined, options: Options) => tidy(project, options, context))
  addExamples(command, [
    ['iterm-orch project tidy --dry-run', 'what would go, and what stays and why'],
    ['iterm-orch project tidy shop --older-than 7d', 'of one project, after a week'],
    ['iterm-orch project tidy --all --older-than 365d --delete', 'for good, after a year'],
  ])
}

async function tidy(wanted: string | undefined, options: Options, context: CliContext): Promise<void> {
  const { out } = context
  const { all = false, dryRun = false, olderThan: olderThanMs, delete: remove = false } = options
  const projects = await theProjects(context, { ...(wanted !== undefined && { project: wanted }), all })
  const done: object[] = []
  for (const project of projects) {
    try {
      const tidied = await tidyOne(project, { olderThanMs, dryRun, remove }, context)
      done.push({ project: project.name, ...tidied })
      if (!out.json) show(project.name, tidied, { olderThanMs, dryRun, remove }, context)
    } catch (error) {
      if (!all) throw error
      context.exitCode = ExitCode.failed
      out.note(out.errorStyle.red(`Project ${project.name}: ${shownText(errorMessage(error))}`))
    }
  }
  if (out.json) out.result({ dryRun, deleted: remove, projects: done })
}

/** A running service does it, since it may have the project; it is not started for that. */
async function tidyOne(project: Project, options: TidyOptions, context: CliContext): Promise<Tidied> {
  if (project.state !== 'ready' && project.state !== 'disabled')
    throw new OrchError('failed', `Project ${project.name}: ${project.reason}.`)
  const { lockHolder } = await import('../../service/ensure-service.ts')
  const { olderThanMs, dryRun = false, remove = false } = options
  if (!dryRun && lockHolder(context.home) !== undefined)
    return (await projectClient(context)).tidy(project.name, { olderThanMs, remove })
  const { tidyHere } = await import('../../projects/tidy/tidy-here.ts')
  return tidyHere(project, options)
}

function show(
  name: string,
  { tidied, left, recent, notOver }: Tidied,
  options: TidyOptions,
  context: CliContext,
) {
  const { out } = context
  const what = options.remove ? 'deleted' : 'moved to archive/'
  const count = tidied.length === 1 ? '1 task' : `${tidied.length} tasks`
  const rest = [
    recent === 0 ? '' : `${recent} over for a shorter time`,
    notOver === 0 ? '' : `${notOver} begun and not over`,
  ]
  const line = `${count} ${options.dryRun ? `would be ${what}` : what}`
  out.line(`${out.style.bold(shownText(name))}: ${[line, ...rest].filter(Boolean).join('; ')}`)
  if (options.dryRun) for (const task of tidied.slice(0, mostNamed)) out.line(`  ${shownText(task)}`)
  if (options.dryRun && tidied.length > mostNamed)
    out.line(out.style.faint(`  … and ${tidied.length - mostNamed} more`))
  for (const { task, why } of left)
    out.line(out.style.yellow(`  ${shownText(task)} stays: ${shownText(why)}`))
}

/** @throws {InvalidArgumentError} */
function parseAge(text: string): number {
  const age = parseDuration(text)
  if (age !== undefined) return age
  throw new InvalidArgumentError('It must be a time such as 12h or 30d.')
}
