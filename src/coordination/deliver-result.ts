/** Brings what was completed to the one who asked for it. */
import { readFileSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { systemErrorCode } from '../lib/errors.ts'
import { type Comms, insidePath, makeDirectoryInside } from '../mail/comms.ts'
import { dropFile } from '../mail/dropped-files.ts'
import { mailError, reading, writing } from '../mail/mail-error.ts'
import { existingMailbox, type Mailbox, pathExists } from '../mail/mailbox.ts'
import { notifyOnce } from '../mail/notify.ts'
import { responseName } from './assignments.ts'
import { linkFromParent } from './finish.ts'
import { readHistory } from './history.ts'
import { completionFile, failureFile, isFailed } from './outcome.ts'
import { ownFile } from './own-file.ts'
import { readTaskHead } from './task-file.ts'

/** The mailbox that the result of a finished task goes to: as its last owner said, else as its front matter says. */
export function replyOf(finished: string, task: string): string | undefined {
  const events = readHistory(finished)
  const own = events.slice(events.findLastIndex(({ event }) => event === 'claimed') + 1)
  const said = own.findLast(({ event }) => event === 'reporting')?.['reply']
  if (typeof said === 'string') return said
  const file = ownFile(finished, task)
  return file && readTaskHead(join(finished, file))?.values.reply
}

/**
 * Leaves the report in `task_responses/incoming/<task>_result.md` of the recipient, a link to everything in
 * its `coordination/completed/<task>`, and a notification. May be repeated, but not by two at once.
 *
 * @param from the mailbox that has completed the task
 * @throws {OrchError} `mailbox-not-found`, `mail-unwritable`
 */
export function deliverResult(comms: Comms, from: Mailbox, task: string, to: string): void {
  const recipient = existingMailbox(comms, to)
  const finished = insidePath(comms, join(from.completed, task))
  const failed = isFailed(insidePath(comms, from.completed), task)
  if (recipient.name !== from.name) linkCompleted(comms, recipient, task, finished)
  const result = join(makeDirectoryInside(comms, recipient.responses), responseName(task))
  if (pathExists(result)) return
  const name = failed ? failureFile(task) : completionFile(task)
  const report = reading(finished, () => readFileSync(insidePath(comms, join(finished, name)), 'utf8'))
  // The result comes last: as long as it is not there, whoever looks brings everything.
  notifyOnce(comms, from.name, recipient, `${task} ${failed ? 'has failed' : 'is completed'}`, task)
  dropFile(comms, recipient.responses, responseName(task), failed ? `# ${task} failed\n\n${report}` : report)
}

/** Whether whoever asked for it has the result. */
export function isDelivered(comms: Comms, task: string, to: string): boolean {
  return pathExists(join(existingMailbox(comms, to).responses, responseName(task)))
}

function linkCompleted(comms: Comms, recipient: Mailbox, task: string, finished: string): void {
  const directory = makeDirectoryInside(comms, recipient.completed)
  const path = join(directory, task)
  if (!pathExists(path)) {
    try {
      symlinkSync(relative(directory, finished), path)
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw mailError('mail-unwritable', 'Cannot link', path, error)
    }
  }
  writing(path, () => linkFromParent(comms, recipient, task))
}
