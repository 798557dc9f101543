/** The whole tree of a task, from any of its nodes. */
import { OrchError } from '../lib/errors.ts'
import type { Comms } from '../mail/comms.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { compareTaskNames, parentOf } from './subtask-name.ts'
import { type TaskView, viewTasks } from './task-view.ts'

export interface TaskNode extends TaskView {
  children: TaskNode[]
}

/**
 * The tree that has `task` in it, or all trees of the mailbox.
 *
 * @throws {OrchError} `task-not-found`
 */
export function readTree(comms: Comms, mailbox: Mailbox, task?: string): TaskNode[] {
  const nodes = new Map<string, TaskNode>()
  for (const view of viewTasks(comms, mailbox)) nodes.set(view.task, { ...view, children: [] })
  if (task !== undefined && !nodes.has(task)) {
    throw new OrchError('task-not-found', `There is no task ${task} in ${mailbox.name}.`, {
      hint: 'See `iterm-orch coord list --all`.',
    })
  }
  const root = task === undefined ? undefined : rootOf(nodes, task)
  const roots: TaskNode[] = []
  for (const node of nodes.values()) {
    const parent = parentNode(nodes, node.task)
    if (parent) parent.children.push(node)
    else roots.push(node)
  }
  for (const node of nodes.values())
    node.children.sort((left, right) => compareTaskNames(left.task, right.task))
  const wanted = root === undefined ? roots : roots.filter((node) => node.task === root)
  return wanted.sort((left, right) => compareTaskNames(left.task, right.task))
}

function rootOf(nodes: ReadonlyMap<string, TaskNode>, task: string): string {
  const parent = parentNode(nodes, task)
  return parent ? rootOf(nodes, parent.task) : task
}

/** A parent that is said so (of an assignment) before one by name; always a shorter way up, so no circle. */
function parentNode(nodes: ReadonlyMap<string, TaskNode>, task: string): TaskNode | undefined {
  const byName = parentOf(task)
  return byName === undefined ? undefined : nodes.get(byName)
}
