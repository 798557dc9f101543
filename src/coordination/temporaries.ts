/** Temporary files: writing them, and finding those of processes that died while they wrote. */
import { closeSync, fsyncSync, openSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { randomToken } from '../lib/ids.ts'
import { identifyProcess } from '../lib/process-identity.ts'
import { type Comms, insidePath } from '../mail/comms.ts'
import { reading, writing } from '../mail/mail-error.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { readClaimPlaces, readEntries } from './claim-place.ts'

/** Writing a file takes moments; its writer may run on another computer, where its pid cannot be looked up. */
const settledMs = 60_000
/** So old, another process has got the pid. */
const abandonedMs = 3_600_000

/** Whether a file is one that `writeFileAtomic` or a submission has not come to rename. */
export function isTemporary(name: string): boolean {
  return writerOf(name) !== undefined
}

/** Writes the text, ending in a line break, into a new temporary file, to be linked to its name; gives its path. */
export function writeTemporary(directory: string, text: string): string {
  const path = join(directory, `.${process.pid}.${randomToken()}.tmp`)
  writing(path, () => {
    const file = openSync(path, 'wx', 0o600)
    try {
      writeFileSync(file, text.endsWith('\n') ? text : `${text}\n`)
      fsyncSync(file)
    } catch (error) {
      removeQuietly(path)
      throw error
    } finally {
      closeSync(file)
    }
  })
  return path
}

/** Those that nobody will rename any more, wherever the coordination of a mailbox writes. */
export function leftTemporaries(comms: Comms, mailbox: Mailbox, now: number): string[] {
  const { toExecute, tasks, responses, registry, completed } = mailbox
  const ended = insidePath(comms, completed)
  const directories = [
    ...[toExecute, tasks, responses, registry, join(registry, 'assignments')].map((path) =>
      insidePath(comms, path),
    ),
    ...readClaimPlaces(comms, mailbox).map(({ path }) => path),
    // A link leads to the mailbox of another, which is looked through by itself.
    ...readEntries(ended).flatMap((entry) => (entry.isDirectory() ? [join(ended, entry.name)] : [])),
  ]
  return directories.flatMap((directory) =>
    readEntries(directory).flatMap(({ name }) => {
      const path = join(directory, name)
      return isLeft(path, writerOf(name), now) ? [path] : []
    }),
  )
}

function isLeft(path: string, writer: number | undefined, now: number): boolean {
  if (writer === undefined) return false
  const changed = reading(path, () => statSync(path, { throwIfNoEntry: false })?.mtimeMs)
  const age = changed === undefined ? 0 : now - changed
  return age > abandonedMs || (age > settledMs && identifyProcess(writer) === undefined)
}

/** The pid in `<name>.<pid>.<token>.tmp`. */
function writerOf(name: string): number | undefined {
  const pid = /\.(\d+)\.[0-9a-f]{12}\.tmp$/.exec(name)?.[1]
  return pid === undefined ? undefined : Number(pid)
}
