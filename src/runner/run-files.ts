/** The files of runs: one for each, replaced whole. */
import { existsSync, readdirSync } from 'node:fs'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { systemErrorCode } from '../lib/errors.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import { readJsonFile } from '../lib/json-file.ts'
import { Run } from './run.ts'
import { type RunPlaces, runFile, runsDirectory } from './run-paths.ts'

/**
 * Writes a run: its creator until its process is spawned, then the process, then whoever settles it
 * ({@link settleRun}); never two at a time.
 */
export function writeRun(places: RunPlaces, run: Run): void {
  ensurePrivateDirectory(runsDirectory(places, run.task))
  writeFileAtomic(runFile(places, run), JSON.stringify(run))
}

/** Undefined when there is none. @throws {OrchError} `failed` when it cannot be read */
export function readRun(places: RunPlaces, run: { task: string; id: string }): Run | undefined {
  return readRunFile(runFile(places, run))
}

/** Undefined when there is none. @throws {OrchError} `failed` when it cannot be read */
export function readRunFile(path: string): Run | undefined {
  return readJsonFile(path, Run)
}

/** Ids of the runs of a task, the oldest first. */
export function runIds(places: RunPlaces, task: string): string[] {
  return names(runsDirectory(places, task))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()
}

/** Names of the tasks that have files here. */
export function knownTasks(places: RunPlaces): string[] {
  return names(places.tasks).filter((name) => existsSync(runsDirectory(places, name)))
}

/** Empty when there is no such directory; what cannot be read is not empty, and throws. */
function names(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
