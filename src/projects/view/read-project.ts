/** Everything that the files of a project say of its tasks. Changes nothing; a file that is broken is named. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import type { Home } from '../../lib/home.ts'
import { lookAtJsonFile } from '../../lib/json-file.ts'
import { Run } from '../../runner/run.ts'
import { runFile, runPlacesOf } from '../../runner/run-paths.ts'
import { archivedEnd, type ArchivedEnd as End } from '../archive.ts'
import { readDocumentName } from '../document-name.ts'
import { type Listed, listNames, readDocuments } from '../list-documents.ts'
import { placesIn } from '../project-places.ts'
import { type QueueState, readQueueState } from '../queue-state.ts'
import { TaskRecord } from '../run/task-record.ts'
import { TaskResult } from '../run/task-result.ts'
import { listDirectory } from './list-directory.ts'

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
  /** How tasks ended of which nothing else is wanted. */
  past: ReadonlyMap<string, End>
  /** The same of tasks in `archive/`: those that another one needs, or that have a namesake in `tasks/`. */
  archived: ReadonlyMap<string, End>
  /** Each file that could not be used, with the reason. */
  problems: string[]
}

/** Reads a file, or gives what it gave when it was read before. */
export type LookAt = <S extends z.ZodType>(path: string, schema: S) => ReturnType<typeof lookAtJsonFile<S>>

export interface ReadOptions {
  lookAt?: LookAt
  /** Of tasks that were over before then (ms since 1970) only their end is wanted. */
  overSince?: number
}

/**
 * @throws {OrchError} `failed` when one of the project's directories cannot be read: that is not "no tasks"
 */
export function readProject(
  home: Pick<Home, 'root'>,
  project: string,
  { lookAt = lookAtJsonFile, overSince = Number.NEGATIVE_INFINITY }: ReadOptions = {},
): ProjectFiles {
  const problems: string[] = []
  const look = <S extends z.ZodType>(path: string, schema: S): Seen<z.output<S>> => {
    const content = lookAt(path, schema)
    if (content.kind === 'missing') return undefined
    if (content.kind === 'read') return { value: content.value }
    problems.push(`${path} ${content.why}`)
    return { why: `${path} ${content.why}` }
  }
  // First the names: one that is begun meanwhile is then seen as begun, and not as none.
  const names = listNames(project)
  const known = new Set(names.documents.map(({ id }) => id))
  const places = placesIn(project)
  const runPlaces = runPlacesOf(home, project)
  const begun = new Map<string, TaskFiles>()
  const past = new Map<string, End>()
  for (const id of new Set([...listDirectory(runPlaces.tasks), ...resultsIn(places.results)])) {
    if (!known.has(id) && readDocumentName(`${id}.md`).kind !== 'document') continue
    const record = look(join(runPlaces.tasks, id, 'task.json'), TaskRecord)
    const { over, attempts = [] } = record && 'value' in record ? record.value : {}
    if (over && Date.parse(over.at) < overSince) {
      past.set(id, over.state)
      continue
    }
    const last = attempts.at(-1)
    const goesOn = last !== undefined && last.end === undefined ? last.run : undefined
    const run = goesOn === undefined ? undefined : look(runFile(runPlaces, { task: id, id: goesOn }), Run)
    const result = look(join(places.results, `${id}.json`), TaskResult)
    if (record || result) begun.set(id, { record, run, result })
  }
  const wanted = names.documents.filter(({ id }) => !past.has(id))
  const listed = readDocuments(project, { ...names, documents: wanted })
  const isKnown = (id: string) => begun.has(id) || past.has(id)
  const needed = listed.documents.flatMap(({ settings }) => settings.needs)
  const asked = new Set([...needed.filter((id) => !known.has(id)), ...known].filter((id) => !isKnown(id)))
  const archived = archivedAmong(project, asked, problems)
  return { path: project, listed, marks: marksOf(project, problems), begun, past, archived, problems }
}

function archivedAmong(project: string, ids: ReadonlySet<string>, problems: string[]): Map<string, End> {
  const archived = new Map<string, End>()
  if (ids.size === 0 || !existsSync(placesIn(project).archive)) return archived
  for (const id of ids) {
    try {
      const end = archivedEnd(project, id)
      if (end !== undefined) archived.set(id, end)
    } catch (error) {
      problems.push(`${id}: ${errorMessage(error)}`)
    }
  }
  return archived
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
  return listDirectory(directory).flatMap((name) =>
    name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [],
  )
}
