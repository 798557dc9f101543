/** The files of runs: one for each, replaced whole. */
import { existsSync } from 'node:fs'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import { type JsonContent, lookAtJsonFile, readJsonFile } from '../lib/json-file.ts'
import { namesIn } from '../lib/names-in.ts'
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

/** What the record of a run says, or why that is not known. Never throws. */
export function lookAtRun(places: RunPlaces, run: { task: string; id: string }): JsonContent<Run> {
  const record = lookAtJsonFile(runFile(places, run), Run)
  if (record.kind !== 'read') return record
  const { id, task } = record.value
  if (id === run.id && task === run.task) return record
  const why = `says that it is ${JSON.stringify(id.slice(0, 40))}`
  return { kind: 'wrong-shape', why, cause: undefined }
}

/** Ids of the runs of a task, the oldest first. */
export function runIds(places: RunPlaces, task: string): string[] {
  return namesIn(runsDirectory(places, task))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()
}

/** Names of the tasks that have files here. */
export function knownTasks(places: RunPlaces): string[] {
  return namesIn(places.tasks).filter((name) => existsSync(runsDirectory(places, name)))
}
