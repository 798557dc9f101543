/** What `writeFileAtomic` and its like leave when they are killed: `<name>.<pid>.<token>.tmp`. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly } from './atomic-file.ts'
import { namesIn } from './names-in.ts'
import { identifyProcess } from './process-identity.ts'

/** Writing a file takes moments; its writer may run on another computer, where its pid cannot be looked up. */
const settledMs = 60_000
/** So old, another process has got the pid. */
const abandonedMs = 3_600_000

/** Whether a file is one that its writer has not come to rename. */
export function isTemporary(name: string): boolean {
  return writerOf(name) !== undefined
}

/** Whether nobody will rename it any more. @param changed when it was written, in ms */
export function isLeftTemporary(name: string, changed: number, now: number): boolean {
  const writer = writerOf(name)
  if (writer === undefined) return false
  const age = now - changed
  return age > abandonedMs || (age > settledMs && identifyProcess(writer) === undefined)
}

/**
 * Removes those that nobody will rename any more. What cannot be looked at or removed stays: it does no harm.
 *
 * @param names in the directory, when they are known
 * @returns how many
 */
export function sweepTemporaries(
  directory: string,
  names: readonly string[] = namesIn(directory),
  now = Date.now(),
): number {
  let swept = 0
  for (const name of names) {
    if (!isTemporary(name)) continue
    const path = join(directory, name)
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs
    if (changed === undefined || !isLeftTemporary(name, changed, now)) continue
    removeQuietly(path)
    swept += 1
  }
  return swept
}

/** The pid in its name. */
function writerOf(name: string): number | undefined {
  const pid = /\.(\d+)\.[0-9a-f]{12}\.tmp$/.exec(name)?.[1]
  return pid === undefined ? undefined : Number(pid)
}
