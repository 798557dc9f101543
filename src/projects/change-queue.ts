/** Holds, releases and moves the tasks of a project. */
import { basename } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { findTask } from './find-task.ts'
import { listDocuments } from './list-documents.ts'
import { type ProjectQueue, type QueuedTask, queueOf } from './project-queue.ts'
import { movedKeys } from './queue-order.ts'
import { changeQueueState, type QueueState, readQueueState, type TaskMark } from './queue-state.ts'

/** What is kept of a document that is gone is forgotten after this: no editor takes so long to replace one. In ms. */
const keepGoneMs = 60_000

/** @throws {OrchError} `failed` when `tasks/` cannot be read; what a broken `state/queue.json` throws */
export function readQueue(project: string): ProjectQueue {
  return queueOf(listDocuments(project), readQueueState(project))
}

/**
 * @param wanted its name, with or without `.md`, a path to it, or its description when no other task has that
 * @throws {OrchError} `task-not-found`, with those that there are
 */
export function holdTask(project: string, wanted: string, now = new Date()): Promise<QueuedTask> {
  // Who holds it again does not hold it since now.
  const marksOf: MarksOf = ({ id }, { tasks }) => ({ [id]: { held_since: now.toISOString(), ...tasks[id] } })
  return change(project, wanted, marksOf, now)
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

type MarksOf = (task: QueuedTask, state: QueueState, queue: readonly QueuedTask[]) => Record<string, TaskMark>

async function change(
  project: string,
  wanted: string,
  marksOf: MarksOf,
  now = new Date(),
): Promise<QueuedTask> {
  let changed: QueuedTask | undefined
  await changeQueueState(project, (state) => {
    const listed = listDocuments(project)
    const { tasks } = queueOf(listed, state)
    const task = findTask(tasks, wanted)
    const marks = { ...state.tasks, ...marksOf(task, state, tasks) }
    // A document that nobody can work on may be being edited.
    const there = new Set([
      ...tasks.map(({ id }) => id),
      ...listed.unfit.map(({ file }) => basename(file, '.md')),
    ])
    const kept = Object.entries(marks).map(([id, mark]) => [id, there.has(id) ? seen(mark) : gone(mark, now)])
    const next = { ...state, tasks: Object.fromEntries(kept.filter(([, mark]) => mark !== undefined)) }
    changed = queueOf(listed, next).tasks.find(({ id }) => id === task.id)
    return next
  })
  if (changed) return changed
  throw new OrchError('failed', `Task ${wanted} went away while it was changed.`)
}

function seen({ gone_since: _, ...mark }: TaskMark): TaskMark | undefined {
  return Object.keys(mark).length > 0 ? mark : undefined
}

function gone(mark: TaskMark, now: Date): TaskMark | undefined {
  const { gone_since = now.toISOString() } = mark
  const isFresh = now.getTime() - Date.parse(gone_since) < keepGoneMs
  return isFresh && seen(mark) ? { ...mark, gone_since } : undefined
}
