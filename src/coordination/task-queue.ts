/** What can be claimed in a mailbox, in the order of priority and time. */
import { join } from 'node:path'
import { type Comms, insidePath } from '../mail/comms.ts'
import { type Mailbox, pathExists } from '../mail/mailbox.ts'
import { isTaskName } from '../mail/names.ts'
import { type ClaimPlace, readClaimPlaces, readEntries } from './claim-place.ts'
import { isCompleted, isFailed } from './outcome.ts'
import { parentOf } from './subtask-name.ts'
import { readTaskHead, type TaskHead } from './task-file.ts'

export interface QueuedTask extends TaskHead {
  task: string
  /** The file, absolute. */
  path: string
  /** `incoming`: given in `tasks/incoming`; `subtask`: in the directory of its parent. */
  source: 'to_execute' | 'incoming' | 'subtask'
  /** Tasks that have to be completed first, and are not. */
  waitsFor: { task: string; failed: boolean }[]
}

/** All that wait in a mailbox, those that cannot be claimed included. @throws {OrchError} `mail-unreadable` */
export function readQueue(comms: Comms, mailbox: Mailbox): QueuedTask[] {
  // The queue before the claims: what is claimed in between is seen twice, not lost.
  const queued = [
    ...filesIn(insidePath(comms, mailbox.toExecute), 'to_execute'),
    ...filesIn(insidePath(comms, mailbox.tasks), 'incoming').filter(
      ({ task }) => !task.startsWith('review_'),
    ),
  ]
  const places = readClaimPlaces(comms, mailbox)
  const completed = insidePath(comms, mailbox.completed)
  const taken = new Set(places.filter(({ file }) => file !== undefined).map(({ task }) => task))
  const seen = new Set<string>()
  return [...queued, ...places.flatMap(subtasksIn)]
    .flatMap(({ task, path, source }) => {
      const head = readTaskHead(path)
      if (!head) return []
      const waitsFor = (head.values.needs ?? []).flatMap((need) =>
        isCompleted(completed, need) ? [] : [{ task: need, failed: isFailed(completed, need) }],
      )
      const twice = seen.has(task) || taken.has(task) || pathExists(join(completed, task))
      // One that was claimed while we looked has left its place.
      if (twice && !pathExists(path)) return []
      seen.add(task)
      const problem = twice ? 'there is already a task of this name' : head.problem
      return [{ ...head, ...(problem !== undefined && { problem }), task, path, source, waitsFor }]
    })
    .sort(byOrder)
}

/** Files of subtasks that nobody has claimed, in the directory of a claim or of a finished task. */
export function subtasksIn({
  task: parent,
  path,
  file,
}: Pick<ClaimPlace, 'task' | 'path' | 'file'>): Found[] {
  return filesIn(path, 'subtask').filter((found) => parentOf(found.task) === parent && found.path !== file)
}

interface Found {
  task: string
  path: string
  source: QueuedTask['source']
}

function filesIn(directory: string, source: QueuedTask['source']): Found[] {
  return readEntries(directory).flatMap(({ name }) => {
    const task = name.slice(0, -3)
    if (!name.endsWith('.md') || !isTaskName(task)) return []
    return [{ task, path: join(directory, name), source }]
  })
}

function byOrder(left: QueuedTask, right: QueuedTask): number {
  return (
    (right.values.priority ?? 0) - (left.values.priority ?? 0) ||
    left.submittedAt - right.submittedAt ||
    (left.task < right.task ? -1 : 1)
  )
}
