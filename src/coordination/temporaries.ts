/** Temporary files: writing them, and finding those of processes that died while they wrote. */
import { closeSync, fsyncSync, openSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly } from '../lib/atomic-file.ts'
import { randomToken } from '../lib/ids.ts'
import { isLeftTemporary, isTemporary } from '../lib/temporary-file.ts'
import { type Comms, insidePath } from '../mail/comms.ts'
import { reading, writing } from '../mail/mail-error.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import { readClaimPlaces, readEntries } from './claim-place.ts'

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
      return isLeft(path, name, now) ? [path] : []
    }),
  )
}

function isLeft(path: string, name: string, now: number): boolean {
  if (!isTemporary(name)) return false
  const changed = reading(path, () => statSync(path, { throwIfNoEntry: false })?.mtimeMs)
  return changed !== undefined && isLeftTemporary(name, changed, now)
}
