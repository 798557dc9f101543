/** Ends a task: its directory, with everything in it, moves to `completed/<task>/` in one step. */
import { cpSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { removeQuietly, writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { type Comms, makeDirectoryInside } from '../mail/comms.ts'
import { mailError, writing } from '../mail/mail-error.ts'
import { type Mailbox, pathExists } from '../mail/mailbox.ts'
import { isTaskName } from '../mail/names.ts'
import { linkChild, linkEndedChildren, openChildren } from './children.ts'
import { withClaim } from './claim-lock.ts'
import { ownerFile, readClaimPlaces } from './claim-place.ts'
import type { HeldClaim } from './find-claim.ts'
import { handedOverFile } from './handed-over.ts'
import { addHistory } from './history.ts'
import { completionFile, failureFile } from './outcome.ts'
import { parentOf } from './subtask-name.ts'

/** What is handed in. */
export interface Deliverables {
  /** Markdown: the final report, or why it failed. */
  report: string
  /** The formal report as `response.md`. */
  response?: string
  /** JSON, as it goes into `findings.json`. */
  findings?: unknown
  /** Files and directories that are copied into `attachments/`. */
  attachments?: readonly string[]
}

export interface Finished {
  task: string
  /** `completed/<task>` */
  path: string
  /** Subtasks that were still open (only with `force`). */
  open: string[]
}

/**
 * @param options.force also with open subtasks
 * @param options.reply mailbox that the result goes to; written down first, so that others bring it when we die
 * @throws {OrchError} `open-children`, `task-exists`, `task-not-found` when it is not claimed any more
 */
export function finishTask(
  comms: Comms,
  mailbox: Mailbox,
  claim: HeldClaim,
  outcome: 'completed' | 'failed',
  deliverables: Deliverables,
  { force = false, reply }: { force?: boolean; reply?: string } = {},
): Promise<Finished> {
  return withClaim(claim, () => {
    const open = openChildren(comms, mailbox, claim.task)
    if (open.length > 0 && !force) throw childrenOpen(claim.task, open)
    if (reply !== undefined)
      addHistory(claim.path, { event: 'reporting', owner: claim.pid, reply }, Date.now())
    writeDeliverables(claim, outcome, deliverables)
    return close(comms, mailbox, claim, outcome, open)
  })
}

/**
 * Ends a task whose report is in its directory already: its owner died between writing and moving.
 *
 * @returns undefined when there is no report, or subtasks are open
 */
export function finishReported(
  comms: Comms,
  mailbox: Mailbox,
  claim: HeldClaim,
): Promise<Finished | undefined> {
  return withClaim(claim, () => {
    const outcome = reportedOutcome(claim)
    if (outcome === undefined || openChildren(comms, mailbox, claim.task).length > 0) return undefined
    return close(comms, mailbox, claim, outcome, [])
  })
}

export function reportedOutcome({ path, task }: HeldClaim): 'completed' | 'failed' | undefined {
  if (pathExists(join(path, completionFile(task)))) return 'completed'
  return pathExists(join(path, failureFile(task))) ? 'failed' : undefined
}

/** The report comes last: once it is there, everything is. */
function writeDeliverables(
  { path, task }: HeldClaim,
  outcome: 'completed' | 'failed',
  { report, response, findings, attachments = [] }: Deliverables,
): void {
  if (attachments.length > 0) copyAttachments(join(path, 'attachments'), attachments)
  writing(path, () => {
    if (findings !== undefined)
      writeFileAtomic(join(path, 'findings.json'), `${JSON.stringify(findings, null, 2)}\n`)
    if (response !== undefined) writeFileAtomic(join(path, 'response.md'), response)
    const name = outcome === 'completed' ? completionFile(task) : failureFile(task)
    writeFileAtomic(join(path, name), report.endsWith('\n') ? report : `${report}\n`)
    const other = outcome === 'completed' ? failureFile(task) : completionFile(task)
    rmSync(join(path, other), { force: true })
  })
}

/**
 * Files as they are now; a link is followed here, by the one who names it, and not by readers. Without a filter Node 24
 * copies directories in C++, and says EIO for every error, such as a full disk.
 */
const howToCopy = { recursive: true, dereference: true, filter: () => true }

function copyAttachments(directory: string, sources: readonly string[]): void {
  writing(directory, () => {
    for (const source of sources) {
      cpSync(source, join(directory, basename(source)), howToCopy)
    }
  })
}

function close(
  comms: Comms,
  mailbox: Mailbox,
  claim: HeldClaim,
  outcome: 'completed' | 'failed',
  open: string[],
): Finished {
  const { task } = claim
  linkEndedChildren(comms, mailbox, task, claim.path)
  addHistory(claim.path, { event: outcome, owner: claim.pid, ...(open.length > 0 && { open }) }, Date.now())
  const path = join(makeDirectoryInside(comms, mailbox.completed), task)
  try {
    assertFree(path, task)
    renameSync(claim.path, path)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw alreadyCompleted(task, path)
    throw mailError('mail-unwritable', 'Cannot move', claim.path, error)
  }
  removeQuietly(join(path, handedOverFile))
  linkFromParent(comms, mailbox, task)
  return { task, path, open }
}

/** The parent's owner, or `coord doctor`, makes the link when we die before. */
export function linkFromParent(comms: Comms, mailbox: Mailbox, task: string): void {
  const parent = parentOf(task)
  if (parent === undefined) return
  const place = readClaimPlaces(comms, mailbox).find((entry) => entry.task === parent)
  const closed = join(makeDirectoryInside(comms, mailbox.completed), parent)
  if (place) linkChild(place.path, task)
  else if (isTaskName(parent) && pathExists(join(closed, ownerFile))) linkChild(closed, task)
}

function assertFree(path: string, task: string): void {
  if (pathExists(path)) throw alreadyCompleted(task, path)
}

function alreadyCompleted(task: string, path: string): OrchError {
  return new OrchError('task-exists', `There is already a completed task ${task}.`, {
    hint: `Move ${path} away; your report is in the directory of the claim.`,
    details: { task, path },
  })
}

function childrenOpen(task: string, open: readonly string[]): OrchError {
  return new OrchError(
    'open-children',
    `${task} has ${open.length} open ${open.length === 1 ? 'subtask' : 'subtasks'}: ${open.slice(0, 10).join(', ')}${open.length > 10 ? ' …' : ''}.`,
    { hint: 'Wait for them, or close it without them with --force.', details: { task, open } },
  )
}
