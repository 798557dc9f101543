/** project list, project show. */
import type { Command } from 'commander'
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { Project } from '../../projects/project.ts'
import type { Registry } from '../../projects/registry.ts'
import type { Overview } from '../../projects/view/overview.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { renderTable } from '../table.ts'
import { lookAtProject } from './look-at-project.ts'
import { todayText } from './project-text.ts'
import { registryOf, styledProjectState, theProject } from './projects-of.ts'
import { settingsLines, settingsOf } from './settings-text.ts'

export function addProjectList(parent: Command, context: CliContext): void {
  const command = parent
    .command('list')
    .description(
      'Lists the registered projects: whether each is ready, disabled, or its directory missing. One that was moved ' +
        'or whose disk is not mounted stays registered, and is ready again as soon as its directory is there.',
    )
    .summary('list the registered projects')
    .action(async () => {
      const { out } = context
      const registry = await registryOf(context)
      const { projects, defaultProject, problems } = registry
      if (problems.length > 0) context.exitCode = ExitCode.usage
      if (out.json) return out.result({ projects, default: defaultProject ?? null, problems })
      if (projects.length === 0)
        return out.line('There are no projects. Register one: iterm-orch project register <directory>')
      for (const line of table(registry, context)) out.line(line)
    })
  addExamples(command, [
    ['iterm-orch project list', 'a table'],
    [`iterm-orch project list --json | jq -r '.projects[].path'`, 'their directories'],
  ])
}

export function addProjectShow(parent: Command, context: CliContext): void {
  const command = parent
    .command('show')
    .description(
      'Shows everything about one project, with how many of its tasks are in which state, and the settings that hold ' +
        'for documents that say nothing of it: those of the project, of config.yaml, and the usual ones.',
    )
    .summary('show one project')
    .argument(
      '[project]',
      'name or directory (default: that of this directory, else the default project, else the only one)',
    )
    .action(async (wanted: string | undefined) => {
      const { out } = context
      const project = await theProject(context, wanted)
      const overview = await overviewFor(project, context)
      const settings = await settingsOf(project, context)
      if (out.json) return out.result({ project, ...overview, settings })
      const { bold, faint } = out.style
      const field = (name: string, text: string) => out.line(`  ${faint(name.padEnd(10))}  ${text}`)
      out.line(`${bold(project.name)}  ${styledProjectState(project.state, out.style)}`)
      field('directory', shownText(project.path))
      field('why', shownText(project.reason))
      if (project.registeredAt !== undefined) field('registered', shownText(project.registeredAt))
      if (overview) {
        const { counts, today } = overview
        const states = Object.entries(counts).filter(([, count]) => count > 0)
        field('tasks', states.map(([state, count]) => `${count} ${state}`).join(', ') || 'none')
        field('today', todayText(today) || 'nothing was done')
      }
      out.line(`  ${faint('settings')}`)
      for (const line of settingsLines(settings, out.style)) out.line(`    ${line}`)
    })
  addExamples(command, [['iterm-orch project show', 'the project of this directory']])
}

/** Undefined where nobody can look, or nothing is there to be looked at. */
async function overviewFor(project: Project, context: CliContext): Promise<Overview | undefined> {
  if (project.state !== 'ready' && project.state !== 'disabled') return undefined
  const { existsSync } = await import('node:fs')
  const { placesIn } = await import('../../projects/project-places.ts')
  if (!existsSync(placesIn(project.path).tasks)) return undefined
  const { overviewOf, startOfDay } = await import('../../projects/view/overview.ts')
  const now = Date.now()
  const { view, files } = await lookAtProject(context, project, { overSince: startOfDay(now) })
  return overviewOf(view, files, now)
}

function table({ projects, defaultProject }: Registry, { out }: CliContext): string[] {
  const { bold, faint } = out.style
  const rows = projects.map(({ name, state, path, reason }) => [
    { text: name, style: bold },
    { text: state, style: () => styledProjectState(state, out.style) },
    { text: shownText(path) },
    {
      text: [
        ...(name === defaultProject ? ['the default project'] : []),
        ...(state === 'ready' ? [] : [shownText(reason)]),
      ].join('; '),
      style: faint,
    },
  ])
  const columns = [
    { title: 'PROJECT' },
    { title: 'STATE' },
    { title: 'DIRECTORY', least: 12 },
    { title: 'WHY', least: 10 },
  ]
  return renderTable(columns, rows, out.width, faint)
}
