/** Makes this process the one of a run, if nobody else is: then everything it says counts. */
import { readFileSync, rmSync } from 'node:fs'
import { writeFileUnsynced } from '../lib/atomic-file.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import { type FileLock, tryLockFile, waitForLock } from '../lib/lock-file.ts'
import { ownIdentity } from '../lib/process-identity.ts'
import { commandHash } from './command-hash.ts'
import type { Run, RunProcess } from './run.ts'
import { pidFile, type RunPlaces, runFile, runLockFile, taskLockFile } from './run-paths.ts'

/** Whoever looks whether a run is alive holds its lock for a moment. */
const patienceMs = 3_000

export interface TakenRun {
  run: Run
  process: RunProcess
  /** Undefined: another run of the same task is alive. */
  taskLock: FileLock | undefined
  /** After the record says how it ended. */
  release(): void
}

/** Undefined when another process has the run, or had it. */
export async function takeRun(
  places: RunPlaces,
  named: { task: string; id: string },
): Promise<TakenRun | undefined> {
  const lock = await patiently(runLockFile(places, named))
  if (!lock) return undefined
  const run = readQueued(runFile(places, named))
  if (!run) {
    lock.release()
    return undefined
  }
  const taskLock = await patiently(taskLockFile(places, run.task))
  const process: RunProcess = { ...ownIdentity(), command: commandHash(ownIdentity().pid) ?? '' }
  const release = () => {
    if (taskLock) removeOwnPidFile(places, run)
    taskLock?.release()
    rmSync(runLockFile(places, named), { force: true })
    lock.release()
  }
  return { run, process, taskLock, release }
}

/** @throws when it cannot be written: without it nobody could stop the run */
export function writePidFile(places: RunPlaces, run: Run, process: RunProcess): void {
  ensurePrivateDirectory(places.pids)
  // It means nothing when the computer has stopped.
  writeFileUnsynced(pidFile(places, run.task), `${JSON.stringify({ version: 1, run: run.id, ...process })}\n`)
}

/** Written by its creator, of this very version: it was checked when it was made. */
function readQueued(path: string): Run | undefined {
  const run: Run = JSON.parse(readFileSync(path, 'utf8'))
  return run.state === 'queued' ? run : undefined
}

function patiently(path: string): Promise<FileLock | undefined> {
  return waitForLock(patienceMs, () => tryLockFile(path))
}

function removeOwnPidFile(places: RunPlaces, { task, id }: Run): void {
  try {
    const { run }: { run?: unknown } = JSON.parse(readFileSync(pidFile(places, task), 'utf8'))
    if (run === id) rmSync(pidFile(places, task), { force: true })
  } catch {
    // It is checked before every use; one that names a process that is gone does no harm.
  }
}
