/** What a killed sender left in the directories that files are dropped into. */
import { renameSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { systemErrorCode } from '../../lib/errors.ts'
import { type Comms, insidePath, makeDirectoryInside } from '../comms.ts'
import { mailError, writing } from '../mail-error.ts'
import { listDirectory, type Mailbox } from '../mailbox.ts'
import type { Problem } from './problem.ts'

/** Writing a file takes moments. */
const settledMs = 60_000

/** Temporary files, and the attachments of a note that was never written. */
export function checkTemporary(
  comms: Comms,
  mailbox: Mailbox,
  { fix, now }: { fix: boolean; now: number },
): Problem[] {
  const { pendingNotifications, notes, tasks, responses } = mailbox
  return [pendingNotifications, notes, tasks, responses].flatMap((directory) => {
    const names = listDirectory(comms, directory)
    return names
      .filter((name) => name.endsWith('.tmp') || isWithoutNote(name, names, directory === notes))
      .map((name) => join(directory, name))
      .filter((path) => isSettled(path, now))
      .map((path) => {
        if (fix) putAside(comms, mailbox, path)
        return {
          kind: 'orphaned' as const,
          path,
          detail: 'Its sender was stopped before it was complete.',
          repair: `\`mail doctor --fix\` moves it to ${mailbox.name}/lost_found/.`,
          fixed: fix,
        }
      })
  })
}

function isWithoutNote(name: string, names: readonly string[], inNotes: boolean): boolean {
  return inNotes && name.endsWith('.attachments') && !names.includes(name.replace(/attachments$/, 'md'))
}

function isSettled(path: string, now: number): boolean {
  try {
    return now - statSync(path).mtimeMs > settledMs
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw mailError('mail-unreadable', 'Cannot read', path, error)
  }
}

function putAside(comms: Comms, mailbox: Mailbox, path: string): void {
  const directory = makeDirectoryInside(comms, join(mailbox.path, 'lost_found'))
  const from = insidePath(comms, path)
  writing(from, () => renameSync(from, join(directory, basename(path))))
}
