import type { Command } from 'commander'
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { ProjectQueue } from '../../projects/project-queue.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { renderTable } from '../table.ts'
import { projectOption, theProject } from './projects-of.ts'

export function addQueue(program: Command, context: CliContext): void {
  const command = program
    .command('queue')
    .description(
      'Shows the task documents of a project in the order in which they are due: higher priority first, then the ' +
        'older one, unless somebody moved or holds one. A file whose name almost fits, or that nobody can work on, is listed with what is wrong ' +
        '(exit code 2).',
    )
    .summary('show the task documents of a project in their order')
    .option(...projectOption)
    .action(async ({ project: wanted }: { project?: string }) => {
      const project = await theProject(context, wanted)
      const { readQueue } = await import('../../projects/change-queue.ts')
      const queue = readQueue(project.path)
      if (queue.unfit.length > 0) context.exitCode = ExitCode.usage
      show(project.name, queue, context)
    })
  addExamples(command, [
    ['iterm-orch queue', 'of the project of this directory'],
    [`iterm-orch queue -p shop --json | jq '.unfit'`, 'what is no task, and why'],
  ])
}

function show(project: string, { tasks, unfit }: ProjectQueue, { out }: CliContext): void {
  if (out.json) {
    out.result({ project, tasks, unfit })
    return
  }
  const { bold, faint, yellow } = out.style
  if (tasks.length === 0) out.line(`Project ${project} has no task documents.`)
  else {
    const rows = tasks.map(({ id, settings, text, status, reason }, index) => [
      { text: String(index + 1), style: faint },
      { text: shownText(id), style: bold },
      { text: status, style: status === 'held' ? yellow : faint },
      { text: settings.priority === 0 ? '' : String(settings.priority) },
      { text: shownText(settings.agent ?? '') },
      { text: shownText(reason) },
      { text: shownText(text.trim().split('\n', 1)[0] ?? ''), style: faint },
    ])
    const columns = [
      { title: '#' },
      { title: 'TASK', least: 20 },
      { title: 'STATE' },
      { title: 'PRIORITY' },
      { title: 'AGENT' },
      { title: 'WHY', least: 10 },
      { title: 'TEXT', least: 10 },
    ]
    for (const line of renderTable(columns, rows, out.width, faint)) out.line(line)
  }
  for (const { file, reason } of unfit)
    out.line(yellow(`${shownText(file)} is no task: ${shownText(reason)}`))
}
