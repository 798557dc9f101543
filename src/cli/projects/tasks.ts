/** tasks: all tasks of a project, or of all. */
import { type Command, Option } from 'commander'
import { ExitCode } from '../../lib/errors.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { TaskStatus } from '../../projects/run/task-result.ts'
import type { TaskView } from '../../projects/view/task-view.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { since } from '../session-text.ts'
import { renderTable } from '../table.ts'
import { lookAtProject, lookAtService, noteWhatStands, type Seen } from './look-at-project.ts'
import { costText, styledStatus, taskStates, timeText, triesText, whyText } from './project-text.ts'
import { allOption, projectOption, theProjects } from './projects-of.ts'

interface TasksOptions {
  project?: string
  all?: boolean
  state?: TaskStatus[]
}

export function addTasks(program: Command, context: CliContext): void {
  const command = program
    .command('tasks')
    .description(
      'Shows every task of a project with its state: what is worked on, then what waits in the order in which it is ' +
        'due, then what is over, the latest first. It reads files only; the service need not run.',
    )
    .summary('show the tasks of a project with their states')
    .option(...projectOption)
    .option(...allOption)
    .addOption(new Option('-s, --state <state...>', 'only tasks in these states').choices(taskStates))
    .action((options: TasksOptions) => tasks(options, context))
  addExamples(command, [
    ['iterm-orch tasks', 'of the project of this directory'],
    ['iterm-orch tasks -p ~/src/shop --state failed', 'what has failed in a project'],
    [
      `iterm-orch tasks --all --json | jq -r '.tasks[] | select(.state == "blocked").id'`,
      'what waits for an answer',
    ],
  ])
}

async function tasks(options: TasksOptions, context: CliContext): Promise<void> {
  const { out } = context
  const seen: Seen[] = []
  for (const project of await theProjects(context, options)) seen.push(await lookAtProject(context, project))
  const service = await lookAtService(context)
  const isWanted = ({ state }: TaskView) => options.state === undefined || options.state.includes(state)
  if (seen.some(({ view }) => view.unfit.length > 0)) context.exitCode = ExitCode.usage
  if (out.json) {
    out.result({
      service: service.runs,
      tasks: seen.flatMap(({ project, view }) =>
        view.tasks.filter(isWanted).map((task) => inJson(project.name, task)),
      ),
      unfit: seen.flatMap(({ project, view }) =>
        view.unfit.map((file) => ({ project: project.name, ...file })),
      ),
      problems: seen.flatMap(({ view }) => view.problems),
    })
    return
  }
  for (const { project, view } of seen) {
    if (seen.length > 1) out.line(out.style.bold(project.name))
    show(project.name, view.tasks.filter(isWanted), options.state !== undefined, context)
    for (const { file, reason } of view.unfit)
      out.line(out.style.yellow(`${shownText(file)} is no task: ${shownText(reason)}`))
    noteWhatStands({ project, tasks: view.tasks, service }, context)
  }
}

/** Its text is long, and `task --json` has it. */
export function inJson(project: string, { text: _, ...task }: TaskView): object {
  return { project, ...task }
}

function show(project: string, tasks: readonly TaskView[], chosen: boolean, { out }: CliContext): void {
  if (tasks.length === 0) {
    out.line(
      chosen
        ? `Project ${project} has no tasks in that state.`
        : `Project ${project} has no tasks. Write one: iterm-orch task new "<what is to be done>"`,
    )
    return
  }
  const now = Date.now()
  const { bold, faint } = out.style
  const rows = tasks.map((task) => [
    { text: shownText(task.id), style: bold },
    { text: task.state, style: () => styledStatus(task.state, out.style) },
    { text: triesText(task) },
    { text: timeText(task, now) },
    { text: task.endedAt === undefined ? '' : since(task.endedAt, now), style: faint },
    { text: costText(task.cost) },
    { text: shownText(task.agent ?? ''), style: faint },
    { text: whyText(task, now), style: faint },
  ])
  const columns = [
    { title: 'TASK', least: 16 },
    { title: 'STATE' },
    { title: 'TRIES' },
    { title: 'TIME' },
    { title: 'AGO' },
    { title: 'COST', least: 7 },
    { title: 'AGENT', least: 5 },
    { title: 'WHY', least: 10 },
  ]
  for (const line of renderTable(columns, rows, out.width, faint)) out.line(line)
}
