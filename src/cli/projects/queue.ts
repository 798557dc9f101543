import type { Command } from 'commander'
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { FolderWithDocuments } from '../../projects/folders-in-tasks.ts'
import { isOver, type TaskView } from '../../projects/view/task-view.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { renderTable } from '../table.ts'
import { lookAtProject, lookAtService, noteWhatStands, type Seen } from './look-at-project.ts'
import { styledStatus, timeText, whyText } from './project-text.ts'
import { projectOption, theProject } from './projects-of.ts'

export function addQueue(program: Command, context: CliContext): void {
  const command = program
    .command('queue')
    .description(
      'Shows what a project works on, and below it what waits, in the order in which it is due: higher priority ' +
        'first, then the older one, unless somebody moved or holds one. A file whose name almost fits, or that ' +
        'nobody can work on, is listed with what is wrong (exit code 2). What is over is shown by `iterm-orch tasks`.',
    )
    .summary('show what a project works on, and what comes next')
    .option(...projectOption)
    .action(async ({ project: wanted }: { project?: string }) => {
      const project = await theProject(context, wanted)
      const seen = await lookAtProject(context, project, { overSince: Number.POSITIVE_INFINITY })
      const { foldersInTasks } = await import('../../projects/folders-in-tasks.ts')
      const folders = foldersInTasks(project.path)
      if (seen.view.unfit.length > 0) context.exitCode = ExitCode.usage
      await show(seen, folders, context)
    })
  addExamples(command, [
    ['iterm-orch queue', 'of the project of this directory'],
    ['iterm-orch queue -p ~/src/shop', 'of another one'],
    [`iterm-orch queue -p shop --json | jq '.unfit'`, 'what is no task, and why'],
  ])
}

async function show(
  { project, view, files }: Seen,
  folders: readonly FolderWithDocuments[],
  context: CliContext,
): Promise<void> {
  const { out } = context
  const service = await lookAtService(context)
  const tasks = view.tasks.filter((task) => !isOver(task))
  if (out.json) {
    const { unfit, problems } = view
    return out.result({ project: project.name, service: service.runs, tasks, unfit, folders, problems })
  }
  if (tasks.length > 0) for (const line of table(tasks, context)) out.line(line)
  else if (view.tasks.length + files.past.size === 0)
    out.line(`Project ${project.name} has no task documents.`)
  else out.line(`Nothing waits in project ${project.name}. What is over: iterm-orch tasks -p ${project.name}`)
  for (const { file, reason } of view.unfit)
    out.line(out.style.yellow(`${shownText(file)} is no task: ${shownText(reason)}`))
  for (const { folder, documents } of folders) {
    const what = documents === 1 ? 'a task document' : `${documents} task documents`
    out.line(
      out.style.faint(`${shownText(folder)}/ has ${what} that nobody looks at: only tasks/ itself counts.`),
    )
  }
  noteWhatStands({ project, tasks, service }, context)
}

function table(tasks: readonly TaskView[], { out }: CliContext): string[] {
  const now = Date.now()
  const { bold, faint } = out.style
  const rows = tasks.map((task) => [
    { text: task.place === undefined ? '' : String(task.place), style: faint },
    { text: shownText(task.id), style: bold },
    { text: task.state, style: () => styledStatus(task.state, out.style) },
    { text: timeText(task, now) },
    { text: task.settings?.priority ? String(task.settings.priority) : '' },
    { text: shownText(task.agent ?? '') },
    { text: whyText(task, now) },
    { text: shownText(task.text.trim().split('\n', 1)[0] ?? ''), style: faint },
  ])
  const columns = [
    { title: '#' },
    { title: 'TASK', least: 16 },
    { title: 'STATE' },
    { title: 'TIME' },
    { title: 'PRIORITY' },
    { title: 'AGENT', least: 5 },
    { title: 'WHY', least: 10 },
    { title: 'TEXT', least: 8 },
  ]
  return renderTable(columns, rows, out.width, faint)
}
