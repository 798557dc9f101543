/** Gives a mailbox a task. */
import { linkSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { type Comms, insidePath, makeDirectoryInside } from '../mail/comms.ts'
import { mailError } from '../mail/mail-error.ts'
import { type Mailbox, pathExists } from '../mail/mailbox.ts'
import { parseTaskName } from '../mail/names.ts'
import { readAssignments } from './assignments.ts'
import { withClaim } from './claim-lock.ts'
import { readClaimPlaces, readEntries } from './claim-place.ts'
import { findClaim } from './find-claim.ts'
import { readFrontMatter } from './front-matter.ts'
import { withRegistry } from './registry-lock.ts'
import { childName, parentOf } from './subtask-name.ts'
import { readQueue } from './task-queue.ts'
import { writeTemporary } from './temporaries.ts'

/**
 * Puts the text into `to_execute/<task>.md`, complete from the first moment on.
 *
 * @returns the path
 * @throws {OrchError} `invalid-task`, `task-exists`, `bad-name`, `mail-unwritable`
 */
export function submitTask(comms: Comms, mailbox: Mailbox, task: string, text: string): string {
  const name = parseTaskName(task)
  assertValid(text)
  const directory = makeDirectoryInside(comms, mailbox.toExecute)
  return placeNew(directory, name, text, () => {
    if (namesInUse(comms, mailbox).has(name)) throw taskExists(name)
  })
}

/**
 * Makes a subtask in the directory of its claimed parent: `<parent>_t<N>.md`, below that `<parent>_t<N>.<M>.md`.
 *
 * @param number the next free one when absent
 * @throws {OrchError} `task-not-found` when the parent is not claimed, and as {@link submitTask}
 */
export async function createSubtask(
  comms: Comms,
  mailbox: Mailbox,
  parent: string,
  text: string,
  number?: number,
): Promise<{ task: string; path: string }> {
  assertValid(text)
  const place = findClaim(comms, mailbox, parseTaskName(parent))
  // One that leads others gives them numbers, too.
  const alone = pathExists(mailbox.registry)
    ? <T>(action: () => Promise<T>) => withRegistry(comms, mailbox, action)
    : <T>(action: () => Promise<T>) => action()
  return alone(() =>
    // Nobody closes the parent in between.
    withClaim(place, () => {
      const existing = namesInUse(comms, mailbox)
      for (let next = number ?? 1; ; next++) {
        const task = parseTaskName(childName(place.task, next))
        // The parent's own file is named after its owner's pid.
        const taken = existing.has(task) || pathExists(join(place.path, `${task}.md`))
        if (taken && number !== undefined) throw taskExists(task)
        if (taken) continue
        try {
          return { task, path: placeNew(place.path, task, text) }
        } catch (error) {
          if (number !== undefined || !isTaken(error)) throw error
        }
      }
    }),
  )
}

/**
 * Writes a file that is not there yet: whole, or not at all.
 *
 * @param check looked at last of all; throws when there may be no such file
 */
export function placeNew(directory: string, task: string, text: string, check = () => {}): string {
  const path = join(directory, `${task}.md`)
  const temporary = writeTemporary(directory, text)
  try {
    check()
    // Unlike a rename, a link never replaces what is there.
    linkSync(temporary, path)
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw taskExists(task)
    throw mailError('mail-unwritable', 'Cannot write', path, error)
  } finally {
    removeQuietly(temporary)
  }
  return path
}

/** Names of the tasks that wait in a mailbox, are claimed or have ended; also of those that move meanwhile. */
export function tasksIn(comms: Comms, mailbox: Mailbox): Set<string> {
  const claimed = () => readClaimPlaces(comms, mailbox).map((place) => place.task)
  // Claims before and after what waits: one that is given back meanwhile is seen first, one that is claimed last.
  return new Set([
    ...claimed(),
    ...readQueue(comms, mailbox).map((queued) => queued.task),
    ...claimed(),
    ...readEntries(insidePath(comms, mailbox.completed)).map(({ name }) => name),
  ])
}

/** The same with those that were given to subordinates: their results come back under these names. */
export function namesInUse(comms: Comms, mailbox: Mailbox): Set<string> {
  return new Set([
    ...tasksIn(comms, mailbox),
    ...readAssignments(comms, mailbox).map((assignment) => assignment.task),
  ])
}

function assertValid(text: string): void {
  if (text.trim() === '') {
    throw new OrchError('invalid-task', 'The task is empty.', { hint: 'Write what is to be done into it.' })
  }
  const read = readFrontMatter(text)
  if (read.ok) return
  throw new OrchError('invalid-task', `The task cannot be submitted: ${read.problem}`, {
    hint: 'docs/coordination.md describes the keys at the top of a task file.',
  })
}

function isTaken(error: unknown): boolean {
  return error instanceof OrchError && error.code === 'task-exists'
}

function taskExists(task: string): OrchError {
  const parent = parentOf(task)
  return new OrchError('task-exists', `There is already a task ${task}.`, {
    hint:
      parent === undefined ? 'Give it another name with --name.' : 'Leave --number out to get a free one.',
    details: { task },
  })
}
