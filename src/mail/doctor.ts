/** Looks through all mailboxes for what is wrong, and repairs what can be repaired without losing anything. */
import { errorMessage } from '../lib/errors.ts'
import type { Comms } from './comms.ts'
import { insidePath, makeDirectoryInside } from './comms.ts'
import { checkCopies } from './doctor/check-copies.ts'
import { checkLeftovers } from './doctor/check-leftovers.ts'
import { checkLines } from './doctor/check-lines.ts'
import { checkTemporary } from './doctor/check-temporary.ts'
import { checkWaiting } from './doctor/check-waiting.ts'
import type { MailboxView, Problem } from './doctor/problem.ts'
import { droppedFiles } from './dropped-files.ts'
import { listMailboxes, type Mailbox, mailboxAt, pathExists, treeOf } from './mailbox.ts'
import { readThread } from './thread-log.ts'
import { archivedThreads, openThreads } from './threads.ts'

export interface MailReport {
  mailboxes: number
  /** Different messages, each with its copies counted once. */
  messages: number
  problems: Problem[]
}

/**
 * Examines every mailbox of the comms root. With `fix` it makes missing directories and copies, ends torn
 * lines, and puts aside what belongs to nothing; no message is changed or removed.
 */
export function examineMail(
  comms: Comms,
  { fix, now = Date.now() }: { fix: boolean; now?: number },
): MailReport {
  const problems: Problem[] = []
  const views: MailboxView[] = []
  for (const name of listMailboxes(comms)) {
    const mailbox = mailboxAt(comms, name)
    const readable = guarded(problems, mailbox.path, () => {
      insidePath(comms, mailbox.path)
      for (const directory of treeOf(mailbox)) problems.push(...checkDirectory(comms, directory, fix))
    })
    // What is wrong with the whole is said once, and nothing outside is looked at.
    if (!readable) continue
    const view: MailboxView = { mailbox, threads: [] }
    guarded(problems, mailbox.active, () => {
      for (const place of [...openThreads(comms, mailbox), ...archivedThreads(comms, mailbox)]) {
        guarded(problems, place.directory, () => {
          view.threads.push({ ...place, log: readThread(comms, place.directory) })
        })
      }
    })
    views.push(view)
  }
  for (const view of views) {
    for (const thread of view.threads) {
      guarded(problems, thread.directory, () => problems.push(...checkLines(comms, thread, fix)))
      guarded(problems, thread.directory, () =>
        problems.push(...checkLeftovers(comms, view.mailbox, thread, { fix, now })),
      )
    }
    guarded(problems, view.mailbox.path, () =>
      problems.push(...checkTemporary(comms, view.mailbox, { fix, now })),
    )
    guarded(problems, view.mailbox.path, () => problems.push(...checkWaiting(comms, view, now)))
    guarded(problems, view.mailbox.path, () => checkDropped(comms, view.mailbox, problems))
  }
  guarded(problems, comms.root, () => problems.push(...checkCopies(comms, views, { fix, now })))
  const ids = new Set(
    views.flatMap(({ threads }) => threads.flatMap(({ log }) => log.messages.map(({ id }) => id))),
  )
  return { mailboxes: views.length, messages: ids.size, problems }
}

function checkDirectory(comms: Comms, path: string, fix: boolean): Problem[] {
  if (pathExists(path)) return []
  if (fix) makeDirectoryInside(comms, path)
  return [
    {
      kind: 'missing',
      path,
      detail: 'A directory of the mailbox is missing.',
      repair: '`iterm-orch mail doctor --fix` makes it.',
      fixed: fix,
    },
  ]
}

/** Notifications, notes, tasks and responses that cannot be read. */
function checkDropped(comms: Comms, mailbox: Mailbox, problems: Problem[]): void {
  const { pendingNotifications, notes, tasks, responses } = mailbox
  for (const directory of [pendingNotifications, notes, tasks, responses]) {
    droppedFiles(comms, directory, undefined, (path, error) =>
      guarded(problems, path, () => {
        throw error
      }),
    )
  }
}

/** What cannot be looked at is a problem of its own, said once, and hides nothing else. */
function guarded(problems: Problem[], path: string, look: () => void): boolean {
  try {
    look()
    return true
  } catch (error) {
    if (problems.some(({ detail }) => detail === errorMessage(error))) return false
    problems.push({
      kind: 'unreadable',
      path,
      detail: errorMessage(error),
      repair: hintOf(error) ?? 'Check the owner and the mode of what is named.',
      fixed: false,
    })
    return false
  }
}

function hintOf(error: unknown): string | undefined {
  return error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined
}
