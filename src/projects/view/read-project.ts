/** Everything that the files of a project say of its tasks. Changes nothing; a file that is broken is named. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { errorMessage, OrchError, systemErrorCode } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { lookAtJsonFile } from '../../lib/json-file.ts'
import { Run } from '../../runner/run.ts'
import { runFile, runPlacesOf } from '../../runner/run-paths.ts'
import { readDocumentName } from '../document-name.ts'
import { type Listed, listDocuments } from '../list-documents.ts'
import { placesIn } from '../project-places.ts'
import { type QueueState, readQueueState } from '../queue-state.ts'
import { TaskRecord } from '../run/task-record.ts'
import { TaskResult } from '../run/task-result.ts'

/** What a file says, or why that is not known; undefined when there is none. */
export type Seen<T> = { value: T } | { why: string } | undefined

export interface TaskFiles {
  record: Seen<TaskRecord>
  /** Of the attempt that goes on. */
  run: Seen<Run>
  result: Seen<TaskResult>
}

export interface ProjectFiles {
  /** The project's directory. */
  path: string
  listed: Listed
  marks: Exclude<Seen<QueueState>, undefined>
  /** By the id of the task; those that were begun. */
  begun: ReadonlyMap<string, TaskFiles>
  /** Each file that could not be used, with the reason. */
  problems: string[]
}

/** Reads a file, or gives what it gave when it was read before. */
export type LookAt = <S extends z.ZodType>(path: string, schema: S) => ReturnType<typeof lookAtJsonFile<S>>

/**
 * @throws {OrchError} `failed` when one of the project's directories cannot be read: that is not "no tasks"
 */
export function readProject(
  home: Pick<Home, 'root'>,
  project: string,
  lookAt: LookAt = lookAtJsonFile,
): ProjectFiles {
  const problems: string[] = []
  const look = <S extends z.ZodType>(path: string, schema: S): Seen<z.output<S>> => {
    const content = lookAt(path, schema)
    if (content.kind === 'missing') return undefined
    if (content.kind === 'read') return { value: content.value }
    problems.push(`${path} ${content.why}`)
    return { why: `${path} ${content.why}` }
  }
  // First the documents: one that is begun meanwhile is then seen as begun, and not as none.
  const listed = listDocuments(project)
  const places = placesIn(project)
  const runPlaces = runPlacesOf(home, project)
  const ids = new Set([...namesIn(runPlaces.tasks), ...resultsIn(places.results)])
  const begun = new Map<string, TaskFiles>()
  for (const id of ids) {
    if (readDocumentName(`${id}.md`).kind !== 'document') continue
    const record = look(join(runPlaces.tasks, id, 'task.json'), TaskRecord)
    const last = record && 'value' in record ? record.value.attempts.at(-1) : undefined
    const goesOn = last !== undefined && last.end === undefined ? last.run : undefined
    const run = goesOn === undefined ? undefined : look(runFile(runPlaces, { task: id, id: goesOn }), Run)
    const result = look(join(places.results, `${id}.json`), TaskResult)
    if (record || result) begun.set(id, { record, run, result })
  }
  return { path: project, listed, marks: marksOf(project, problems), begun, problems }
}

function marksOf(project: string, problems: string[]): ProjectFiles['marks'] {
  try {
    return { value: readQueueState(project) }
  } catch (error) {
    if (!(error instanceof OrchError)) throw error
    problems.push(error.message)
    return { why: error.message }
  }
}

function resultsIn(directory: string): string[] {
  return namesIn(directory).flatMap((name) =>
    name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [],
  )
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw new OrchError('failed', `${directory} cannot be read: ${errorMessage(error)}`, {
      hint: 'Look at who owns it, and who may read it.',
      cause: error,
    })
  }
}
