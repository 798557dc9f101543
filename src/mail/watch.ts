/**
 * Notices changes below directories at once where the system tells, and with a slow sweep where it does not
 * (network drives, missed events). Files are not watched, only the directories that they lie in.
 */
import { EventEmitter, once } from 'node:events'
import { watchChanges } from '../lib/watch-changes.ts'

export interface WatchOptions {
  /** How many levels below the directories are watched, too; 0. */
  depth?: number
  /** How often it is looked anyway; 2 s. */
  sweepMs?: number
  /** Called once when the system does not tell of changes, with the reason. */
  onProblem?: (reason: string) => void
}

export interface DirectoryWatch {
  /** Resolves at the next change, or at the sweep, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** What an answer is late by, at most, where nothing tells of changes; a sweep costs two `stat` calls a thread. */
const standardSweepMs = 2_000

/** Several writes in a row are one change. */
const quietMs = 5

/** @param directories that may not exist yet */
export function watchDirectories(
  directories: readonly string[],
  { depth = 0, sweepMs = standardSweepMs, onProblem }: WatchOptions = {},
): DirectoryWatch {
  const changes = new EventEmitter()
  let pending = false
  let timer: NodeJS.Timeout | undefined
  const change = () => {
    if (timer) return
    timer = setTimeout(() => {
      timer = undefined
      pending = true
      changes.emit('change')
    }, quietMs)
  }
  const watcher = watchChanges(directories, change, { depth, onProblem })
  const sweep = setInterval(change, sweepMs)
  return {
    async next(signal) {
      if (!pending && !signal.aborted) await once(changes, 'change', { signal }).catch(() => undefined)
      pending = false
    },
    async close() {
      clearInterval(sweep)
      clearTimeout(timer)
      await watcher.close()
    },
  }
}
