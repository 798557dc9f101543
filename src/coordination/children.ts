/** Subtasks of a task: which are open, and the links to those that have ended. */
import { lstatSync, readlinkSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { systemErrorCode } from '../lib/errors.ts'
import { type Comms, insidePath } from '../mail/comms.ts'
import { mailError, reading } from '../mail/mail-error.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { openAssignmentsOf } from './assignments.ts'
import { readClaimPlaces, readEntries } from './claim-place.ts'
import { isHeld } from './find-claim.ts'
import { compareTaskNames, parentOf } from './subtask-name.ts'
import { readQueue } from './task-queue.ts'

/** Subtasks that have not ended: waiting, claimed, or given to a subordinate that has not answered. */
export function openChildren(comms: Comms, mailbox: Mailbox, task: string): string[] {
  const claimed = () =>
    readClaimPlaces(comms, mailbox).flatMap((place) => (isHeld(place) ? [place.task] : []))
  const waiting = () => readQueue(comms, mailbox).map((queued) => queued.task)
  // Claims before and after what waits: one that is given back meanwhile is seen first, one that is claimed last.
  const look = () => [...claimed(), ...waiting(), ...claimed()].filter((name) => parentOf(name) === task)
  // Twice, for one that is claimed and given back within a look.
  const children = [...look(), ...look()]
  const assigned = openAssignmentsOf(comms, mailbox, task)
  return [...new Set([...children, ...assigned])].sort(compareTaskNames)
}

/** Subtasks with a directory in `completed/`. */
export function endedChildren(comms: Comms, mailbox: Mailbox, task: string): string[] {
  return readEntries(insidePath(comms, mailbox.completed))
    .map(({ name }) => name)
    .filter((name) => parentOf(name) === task)
    .sort(compareTaskNames)
}

/**
 * Makes the links `<child>@` in the directory of a task to the subtasks that have ended. What stands there
 * already is left alone.
 *
 * @returns names that are taken by something other than the link
 */
export function linkEndedChildren(comms: Comms, mailbox: Mailbox, task: string, directory: string): string[] {
  return endedChildren(comms, mailbox, task).filter((child) => !linkChild(directory, child))
}

/** Whether the link is there now. The same text is right in `in_progress/<claim>/` and in `completed/<task>/`. */
export function linkChild(directory: string, child: string): boolean {
  const path = join(directory, `${child}@`)
  const target = childLinkTarget(child)
  try {
    symlinkSync(target, path)
    return true
  } catch (error) {
    const code = systemErrorCode(error)
    // The parent has moved meanwhile: whoever moved it makes the link.
    if (code === 'ENOENT') return true
    if (code !== 'EEXIST') throw mailError('mail-unwritable', 'Cannot link', path, error)
    return reading(path, () => isLinkTo(path, target))
  }
}

function isLinkTo(path: string, target: string): boolean {
  return lstatSync(path).isSymbolicLink() && readlinkSync(path).replace(/\/$/, '') === target
}

function childLinkTarget(child: string): string {
  return `../../completed/${child}`
}
