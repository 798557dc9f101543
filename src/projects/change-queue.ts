/** Holds, releases and moves the tasks of a project. */
import { basename } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { findTask } from './find-task.ts'
import { listDocuments } from './list-documents.ts'
import { type ProjectQueue, type QueuedTask, queueOf } from './project-queue.ts'
import { movedKeys } from './queue-order.ts'
import { changeQueueState, type QueueState, readQueueState, type TaskMark } from './queue-state.ts'

/** @throws {OrchError} `failed` when `tasks/` cannot be read; what a broken `state/queue.json` throws */
export function readQueue(project: string): ProjectQueue {
  return queueOf(listDocuments(project), readQueueState(project))
}

/**
 * @param wanted its name, with or without `.md`, a path to it, or its description when no other task has that
 * @throws {OrchError} `task-not-found`, with those that there are
 */
export function holdTask(project: string, wanted: string, now = new Date()): Promise<QueuedTask> {
  return change(project, wanted, ({ id }, { tasks }) => ({
    // Who holds it again does not hold it since now.
    [id]: { held_since: now.toISOString(), ...tasks[id] },
  }))
}

export function releaseTask(project: string, wanted: string): Promise<QueuedTask> {
  return change(project, wanted, ({ id }, { tasks }) => {
    const { held_since: _, ...rest } = tasks[id] ?? {}
    return { [id]: rest }
  })
}

/** Where a task is moved to: beside another one, or to an end of the queue. */
export type Move = { before: string } | { after: string } | 'first' | 'last'

export function moveTask(project: string, wanted: string, move: Move): Promise<QueuedTask> {
  return change(project, wanted, ({ id }, { tasks }, queue) => {
    const side = move === 'first' || (move !== 'last' && 'before' in move) ? 'before' : 'after'
    const other = otherOf(queue, id, move)
    if (!other) return {}
    const keys = movedKeys(new Map(queue.map((task) => [task.id, task.key])), id, side, other.id)
    return Object.fromEntries([...keys].map(([each, place]) => [each, { ...tasks[each], place }]))
  })
}

/** Undefined when there is no other task. */
function otherOf(queue: readonly QueuedTask[], id: string, move: Move): QueuedTask | undefined {
  const others = queue.filter((task) => task.id !== id)
  if (move === 'first') return others[0]
  if (move === 'last') return others.at(-1)
  const other = findTask(queue, 'before' in move ? move.before : move.after)
  if (other.id !== id) return other
  throw new OrchError('usage', 'A task cannot be moved beside itself.', { hint: 'Name another one.' })
}

async function change(
  project: string,
  wanted: string,
  marksOf: (task: QueuedTask, state: QueueState, queue: readonly QueuedTask[]) => Record<string, TaskMark>,
): Promise<QueuedTask> {
  let changed: QueuedTask | undefined
  await changeQueueState(project, (state) => {
    const listed = listDocuments(project)
    const { tasks } = queueOf(listed, state)
    const task = findTask(tasks, wanted)
    const marks = { ...state.tasks, ...marksOf(task, state, tasks) }
    // A document that nobody can work on may be being edited; of one that is gone nothing is kept.
    const there = new Set([
      ...tasks.map(({ id }) => id),
      ...listed.unfit.map(({ file }) => basename(file, '.md')),
    ])
    const kept = Object.entries(marks).filter(([id, mark]) => there.has(id) && Object.keys(mark).length > 0)
    const next = { ...state, tasks: Object.fromEntries(kept) }
    changed = queueOf(listed, next).tasks.find(({ id }) => id === task.id)
    return next
  })
  if (changed) return changed
  throw new OrchError('failed', `Task ${wanted} went away while it was changed.`)
}
