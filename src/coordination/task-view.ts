/** All tasks of a mailbox with their states, from what is in its directories now. */
import { lstatSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { type Comms, insidePath } from '../mail/comms.ts'
import { mailError, reading } from '../mail/mail-error.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { isTaskName, parseTaskName } from '../mail/names.ts'
import { readAssignments, responseTo } from './assignments.ts'
import { readClaimPlaces, readEntries } from './claim-place.ts'
import { type HeldClaim, isHeld } from './find-claim.ts'
import { isCompleted, isFailed } from './outcome.ts'
import { type OwnerLife, ownerLife, readOwner } from './owner.ts'
import { parentOf } from './subtask-name.ts'
import { readTaskHead } from './task-file.ts'
import { type QueuedTask, readQueue, subtasksIn } from './task-queue.ts'
import type { TaskState } from './task-state.ts'

export interface TaskView {
  task: string
  state: TaskState
  parent?: string
  /** Directory, or file of a task that waits. */
  path: string
  /** ISO time: submitted, claimed or ended. */
  since: string
  priority?: number
  agent?: string
  /** Why it is blocked or invalid. */
  reason?: string
  owner?: { pid: number; life: OwnerLife; as?: string; host?: string }
  /** Last line of progress.md. */
  progress?: string
  /** The claim is older than the task's timeout. */
  overdue?: true
}

/** @throws {OrchError} `mail-unreadable` */
export function viewTasks(comms: Comms, mailbox: Mailbox, now = Date.now()): TaskView[] {
  // In the direction in which tasks move: one that moves meanwhile is seen twice, and the later place counts.
  const views = new Map<string, TaskView>()
  const add = (view: TaskView) => views.set(view.task, view)
  for (const queued of readQueue(comms, mailbox)) add(viewQueued(queued))
  for (const place of readClaimPlaces(comms, mailbox)) {
    if (!isHeld(place)) continue
    const view = viewClaim(place, now)
    if (view) add(view)
  }
  viewAssigned(comms, mailbox).forEach(add)
  for (const view of viewEnded(comms, mailbox)) {
    // A new task that bears the name of an old one is the one to look at.
    if (views.get(view.task)?.state !== 'invalid') add(view)
  }
  return [...views.values()]
}

/** One task. @throws {OrchError} `task-not-found` */
export function viewTask(comms: Comms, mailbox: Mailbox, task: string): TaskView {
  const name = parseTaskName(task)
  const found = viewTasks(comms, mailbox).find((view) => view.task === name)
  if (found) return found
  throw new OrchError('task-not-found', `There is no task ${name} in ${mailbox.name}.`, {
    hint: 'See `iterm-orch coord list --all`.',
  })
}

function viewQueued({ task, path, submittedAt, values, problem, waitsFor }: QueuedTask): TaskView {
  const reason =
    problem ??
    (waitsFor.length > 0
      ? `needs ${waitsFor.map((need) => (need.failed ? `${need.task} (failed)` : need.task)).join(', ')}`
      : undefined)
  return {
    ...base(task, path, submittedAt),
    state: problem !== undefined ? 'invalid' : waitsFor.length > 0 ? 'blocked' : 'queued',
    ...(values.priority !== undefined && { priority: values.priority }),
    ...(values.agent !== undefined && { agent: values.agent }),
    ...(reason !== undefined && { reason }),
  }
}

function viewClaim(claim: HeldClaim, now: number): TaskView | undefined {
  const head = readTaskHead(claim.file)
  const owner = readOwner(claim.path)
  const life = ownerLife(owner)
  const since = owner ? Date.parse(owner.claimed_at) : changedAt(claim.path)
  if (since === undefined) return undefined
  const progress = lastLine(join(claim.path, 'progress.md'))
  const timeout = head?.values.timeout
  return {
    ...base(claim.task, claim.path, since),
    state: life === 'gone' ? 'orphaned' : 'claimed',
    ...(head?.values.agent !== undefined && { agent: head.values.agent }),
    owner: {
      pid: owner?.pid ?? claim.pid,
      life,
      ...(owner?.as !== undefined && { as: owner.as }),
      ...(owner && { host: owner.host }),
    },
    ...(progress !== undefined && { progress }),
    ...(timeout !== undefined && now - since > timeout && { overdue: true as const }),
  }
}

function viewAssigned(comms: Comms, mailbox: Mailbox): TaskView[] {
  return readAssignments(comms, mailbox)
    .filter(({ task }) => responseTo(comms, mailbox, task) === undefined)
    .map(
      ({ task, parent, subordinate, assigned_at }): TaskView => ({
        ...base(task, join(mailbox.registry, 'assignments', `${task}.json`), Date.parse(assigned_at)),
        ...(parent !== undefined && { parent }),
        state: 'assigned',
        reason: `given to ${subordinate}`,
      }),
    )
}

function viewEnded(comms: Comms, mailbox: Mailbox): TaskView[] {
  const directory = insidePath(comms, mailbox.completed)
  return readEntries(directory).flatMap((entry): TaskView[] => {
    const task = entry.name
    if (!isTaskName(task) || !(entry.isDirectory() || entry.isSymbolicLink())) return []
    const path = insidePath(comms, join(directory, task))
    const state = isCompleted(directory, task)
      ? 'completed'
      : isFailed(directory, task)
        ? 'failed'
        : undefined
    const since = changedAt(path)
    if (since === undefined) return []
    const view: TaskView = {
      ...base(task, path, since),
      state: state ?? 'invalid',
      ...(state === undefined && { reason: 'there is no completion file' }),
    }
    const left = subtasksIn({ task, path, file: undefined }).filter(
      (child) => !ownFile(child.task, task, path),
    )
    return [
      view,
      ...left.map((child): TaskView => ({ ...base(child.task, child.path, since), state: 'left' })),
    ]
  })
}

/** The file of the finished task itself bears the pid of its owner, as a subtask bears its number. */
function ownFile(child: string, task: string, path: string): boolean {
  return child === `${task}.${readOwner(path)?.pid}`
}

function base(
  task: string,
  path: string,
  since: number,
): Pick<TaskView, 'task' | 'path' | 'since' | 'parent'> {
  const parent = parentOf(task)
  return { task, path, since: new Date(since).toISOString(), ...(parent !== undefined && { parent }) }
}

function changedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}

function lastLine(path: string): string | undefined {
  if (!reading(path, () => lstatSync(path, { throwIfNoEntry: false })?.isFile())) return undefined
  try {
    const line = readFileSync(path, 'utf8').trimEnd().split('\n').at(-1)
    return line === '' ? undefined : line?.replace(/^- /, '')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}
