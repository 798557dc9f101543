import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { type TaskState, taskStates } from '../../coordination/task-state.ts'
import type { TaskNode } from '../../coordination/task-tree.ts'
import type { TaskView } from '../../coordination/task-view.ts'
import { shownText } from '../../lib/shown-text.ts'
import type { CliContext } from '../context.ts'
import { addExamples } from '../examples.ts'
import { since } from '../session-text.ts'
import type { StyleName } from '../styles.ts'
import type { Column } from '../table.ts'
import { mailboxOption, openDesk } from './coord-call.ts'

const ended: readonly TaskState[] = ['completed', 'failed']

export function addList(parent: Command, context: CliContext): void {
  const command = parent
    .command('list')
    .description('Lists the tasks of a mailbox that have not ended.')
    .summary('list tasks')
    .addOption(mailboxOption())
    .option('--all', 'also those that are completed or failed')
    .addOption(new Option('--state <state>', 'only those in this state').choices(taskStates))
    .action(async (options: { mailbox?: string; all?: boolean; state?: TaskState }) => {
      const { comms, mailbox } = await openDesk(context, options.mailbox)
      const { viewTasks } = await import('../../coordination/task-view.ts')
      const tasks = viewTasks(comms, mailbox).filter(({ state }) =>
        options.state === undefined
          ? options.all === true || !ended.includes(state)
          : state === options.state,
      )
      if (context.out.json) context.out.result({ mailbox: mailbox.name, tasks })
      else await showTable(tasks, mailbox.name, context)
    })
  addExamples(command, [
    ['iterm-orch coord list', 'what waits, and who works on what'],
    ['iterm-orch coord list --mailbox cli --state orphaned --json', 'claims whose owner is gone'],
  ])
}

export function addShow(parent: Command, context: CliContext): void {
  const command = parent
    .command('show')
    .description('Shows a task: its state, its history, and its report or text.')
    .summary('show one task')
    .argument('<task>', 'name of the task')
    .addOption(mailboxOption())
    .action(async (task: string, options: { mailbox?: string }) => {
      const { comms, mailbox } = await openDesk(context, options.mailbox)
      const { showTask } = await import('../../coordination/show-task.ts')
      const shown = showTask(comms, mailbox, task)
      if (context.out.json) {
        context.out.result(shown)
        return
      }
      const { bold, faint } = context.out.style
      context.out.line(
        `${bold(shown.task)}  ${styled(shown.state, context)}  ${shownText(detail(shown))}`.trimEnd(),
      )
      context.out.line(faint(shownText(shown.path)))
      for (const { at, event, reason = '' } of shown.history) {
        context.out.line(faint(`${at}  ${shownText(`${event}  ${reason}`)}`.trimEnd()))
      }
      if (shown.files.length > 0) context.out.line(faint(`files: ${shownText(shown.files.join(', '))}`))
      const text = readFileSync(shown.textPath, 'utf8')
      context.out.line(`\n${text.trimEnd().split('\n').map(shownText).join('\n')}`)
    })
  addExamples(command, [['iterm-orch coord show req_1234 --mailbox cli', 'what became of it']])
}

export function addTree(parent: Command, context: CliContext): void {
  const command = parent
    .command('tree')
    .description('Shows the whole tree of a task, from any of its nodes, with states; or all trees.')
    .summary('show a task with its subtasks')
    .argument('[task]', 'any task of the tree (default: all)')
    .addOption(mailboxOption())
    .action(async (task: string | undefined, options: { mailbox?: string }) => {
      const { comms, mailbox } = await openDesk(context, options.mailbox)
      const { readTree } = await import('../../coordination/task-tree.ts')
      const roots = readTree(comms, mailbox, task)
      if (context.out.json) context.out.result({ mailbox: mailbox.name, tasks: roots })
      else for (const root of roots) showNode(root, task, '', '', context)
    })
  addExamples(command, [['iterm-orch coord tree req_1234_t1.2', 'from the root, wherever you ask']])
}

async function showTable(tasks: readonly TaskView[], mailbox: string, context: CliContext): Promise<void> {
  const { out } = context
  if (tasks.length === 0) {
    out.line(`There are no such tasks in ${mailbox}.`)
    return
  }
  const { renderTable } = await import('../table.ts')
  const columns: Column[] = [
    { title: 'TASK', least: 12 },
    { title: 'STATE' },
    { title: 'SINCE' },
    { title: 'WHO', least: 6 },
    { title: 'ABOUT', least: 12 },
  ]
  const now = Date.now()
  const rows = tasks.map((task) => [
    { text: shownText(task.task), style: out.style.bold },
    { text: task.state, style: () => styled(task.state, context) },
    { text: since(task.since, now) },
    { text: shownText(who(task)) },
    { text: shownText(about(task)), style: out.style.faint },
  ])
  for (const line of renderTable(columns, rows, out.width, out.style.faint)) out.line(line)
}

function showNode(
  node: TaskNode,
  asked: string | undefined,
  lead: string,
  below: string,
  context: CliContext,
): void {
  const { bold, faint } = context.out.style
  const name = shownText(node.task)
  context.out.line(
    `${lead}${node.task === asked ? bold(name) : name}  ${styled(node.state, context)}  ${faint(shownText(detail(node)))}`.trimEnd(),
  )
  for (const [index, child] of node.children.entries()) {
    const last = index === node.children.length - 1
    showNode(child, asked, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`, context)
  }
}

function detail(task: TaskView): string {
  return [who(task), about(task)].filter(Boolean).join(' · ')
}

function who({ owner, agent }: TaskView): string {
  if (!owner) return agent ?? ''
  const name = owner.as ?? `pid ${owner.pid}`
  return owner.life === 'alive' ? name : `${name} (${owner.life})`
}

function about({ reason, progress, overdue, priority }: TaskView): string {
  const parts = [
    reason,
    overdue && 'overdue',
    progress,
    priority === undefined ? undefined : `priority ${priority}`,
  ]
  return parts.filter(Boolean).join(' · ')
}

function styled(state: TaskState, context: CliContext): string {
  return context.out.style[stateStyles[state]](state)
}

const stateStyles = {
  queued: 'cyan',
  blocked: 'yellow',
  invalid: 'red',
  claimed: 'green',
  orphaned: 'red',
  assigned: 'green',
  completed: 'faint',
  failed: 'red',
  left: 'yellow',
} as const satisfies Record<TaskState, StyleName>
