/** A settings file of an agent: read as it is, replaced whole or not at all. */
import { chmodSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { errorMessage, OrchError, systemErrorCode } from '../../lib/errors.ts'

/** Larger than any settings that people write. */
const maxBytes = 8 * 1024 * 1024
/** So often a change is tried when the agent, or an editor, writes the file at the same time. */
const tries = 5

/** Where the file as it was before our last change is kept. */
export function backupPath(path: string): string {
  return `${path}.iterm-orch-backup`
}

/**
 * The text of a file; undefined when there is none.
 *
 * @throws {OrchError} `invalid-config` when it is there and cannot be read: that is never taken for an empty one.
 */
export function readSettings(path: string): string | undefined {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > maxBytes) throw new Error(`it has ${bytes.length} bytes`)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' && !isThere(path)) return undefined
    throw new OrchError('invalid-config', `${path} cannot be read: ${errorMessage(error)}`, {
      hint: 'It is left as it is. See what it is and who may read it.',
      cause: error,
    })
  }
}

/**
 * Changes a file: the one that a link leads to, with the mode it has, after a copy was kept beside it. Nothing
 * is written when nothing changes.
 *
 * @param change from the text to the new one, undefined meaning that there is (or shall be) no file
 * @returns whether anything was written
 */
export function changeSettings(
  path: string,
  change: (text: string | undefined) => string | undefined,
): boolean {
  for (let left = tries; ; left -= 1) {
    const before = readSettings(path)
    const after = change(before)
    if (after === before) return false
    if (before !== undefined) writeFileAtomic(backupPath(path), before, 0o600)
    else mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Seen again as late as can be: the agent writes its settings, too.
    if (readSettings(path) === before) {
      if (after === undefined) rmSync(path)
      else if (before === undefined) writeFileAtomic(path, after)
      else replace(realpathSync(path), after)
      return true
    }
    if (left === 1) throw new OrchError('failed', `${path} is being changed by another program all the time.`)
  }
}

function replace(path: string, text: string): void {
  const mode = statSync(path).mode & 0o7777
  writeFileAtomic(path, text, mode)
  // What the umask took away.
  chmodSync(path, mode)
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
