/** Attachments without a message, messages without their attachment, temporary files of killed processes. */
import { renameSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { errorMessage, systemErrorCode } from '../../lib/errors.ts'
import { attachmentPath } from '../attachments.ts'
import { type Comms, insidePath, makeDirectoryInside } from '../comms.ts'
import { writing } from '../mail-error.ts'
import { listDirectory, type Mailbox, pathExists } from '../mailbox.ts'
import type { Problem, ThreadView } from './problem.ts'

/** A message follows its attachments within moments; so old, they will not get one. */
const settledMs = 60_000

/** Where a mailbox keeps what belongs to nothing. */
const lostDirectory = 'lost_found'

export function checkLeftovers(
  comms: Comms,
  mailbox: Mailbox,
  thread: ThreadView,
  { fix, now }: { fix: boolean; now: number },
): Problem[] {
  const directory = join(thread.directory, 'attachments')
  const used = new Set(
    thread.log.messages.flatMap(({ attachments = [] }) => attachments.map(({ path }) => basename(path))),
  )
  const present = listDirectory(comms, directory)
  const left = present
    .filter((name) => !used.has(name) && isSettled(join(directory, name), now))
    .map((name): Problem => {
      const path = join(directory, name)
      if (fix) putAside(comms, mailbox, thread.task, path)
      return {
        kind: 'orphaned',
        path,
        detail: 'No message speaks of this attachment; its sender was stopped before it wrote one.',
        repair: `\`mail doctor --fix\` moves it to ${mailbox.name}/${lostDirectory}/.`,
        fixed: fix,
      }
    })
  return [...left, ...missing(comms, thread)]
}

function missing(comms: Comms, { directory, log }: ThreadView): Problem[] {
  return log.messages.flatMap((message) =>
    (message.attachments ?? []).flatMap((attachment): Problem[] => {
      const detail = whyUnusable(comms, directory, attachment)
      if (detail === undefined) return []
      const path = join(directory, 'attachments', basename(attachment.path))
      const repair = `Ask ${message.from} to send "${attachment.name}" again (message ${message.id}).`
      return [{ kind: 'orphaned', path, detail, repair, fixed: false }]
    }),
  )
}

function whyUnusable(
  comms: Comms,
  directory: string,
  attachment: Parameters<typeof attachmentPath>[2],
): string | undefined {
  try {
    return pathExists(attachmentPath(comms, directory, attachment)) ? undefined : 'An attachment is missing.'
  } catch (error) {
    return errorMessage(error)
  }
}

function isSettled(path: string, now: number): boolean {
  try {
    return now - statSync(path).mtimeMs > settledMs
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw error
  }
}

function putAside(comms: Comms, mailbox: Mailbox, task: string, path: string): void {
  const directory = makeDirectoryInside(comms, join(mailbox.path, lostDirectory, task))
  const from = insidePath(comms, path)
  writing(from, () => renameSync(from, join(directory, basename(path))))
}
