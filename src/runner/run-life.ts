/** Whether the process of a run lives, and which one it is. */
import { isLocked } from '../lib/lock-file.ts'
import { processLife } from '../lib/process-identity.ts'
import { commandHash } from './command-hash.ts'
import { readPidFile } from './pid-file.ts'
import { type RunPlaces, runLockFile } from './run-paths.ts'

export type RunLife =
  | { life: 'alive'; pid: number }
  | { life: 'gone' }
  /** It lives, but which process it is cannot be said; it is never signalled. */
  | { life: 'unknown'; why: string }

/**
 * The lock is the proof of life, for the kernel drops it with the process; the pid file says which one it is, and
 * counts only while pid, start, boot and command line are those of the process that now has the number.
 */
export function runLife(places: RunPlaces, run: { task: string; id: string }): RunLife {
  if (!isLocked(runLockFile(places, run))) return { life: 'gone' }
  const file = readPidFile(places, run.task)
  if (file?.run !== run.id) return { life: 'unknown', why: 'its pid file is missing or names another run' }
  const life = processLife(file)
  if (life === 'alive' && commandHash(file.pid) === file.command) return { life, pid: file.pid }
  return life === 'unknown'
    ? { life, why: `process ${file.pid} runs elsewhere, or cannot be looked at` }
    : { life: 'unknown', why: `its pid file names process ${file.pid}, which is another one` }
}
