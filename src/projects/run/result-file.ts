/** The files in `results/` of a project. */
import { join } from 'node:path'
import { writeFileAtomic } from '../../lib/atomic-file.ts'
import { readJsonFile } from '../../lib/json-file.ts'
import { projectDirectory } from '../project-directory.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'
import { TaskResult } from './task-result.ts'

/** `results/<task id>.json`. */
export function resultFile(project: string, task: string): string {
  return join(placesIn(project).results, `${task}.json`)
}

/** @throws {OrchError} `failed` when it cannot be read or understood, `newer-home` when a newer version wrote it */
export function readResult(project: string, task: string): TaskResult | undefined {
  return readJsonFile(resultFile(project, task), TaskResult)
}

/** Replaces the result of an earlier attempt. */
export function writeResult(project: string, result: TaskResult): void {
  makeResults(project)
  writeFileAtomic(resultFile(project, result.task_id), `${JSON.stringify(result, undefined, 2)}\n`)
}

/** Makes `results/` where it is missing; a project whose disk is not mounted is not made anew beside it. */
export function makeResults(project: string): void {
  makeOwnPlace(placesIn(projectDirectory(project)).results)
}
