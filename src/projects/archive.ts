/** `archive/<task id>/` of a project: everything of a task that was over, and was tidied away. */
import { join } from 'node:path'
import { OrchError } from '../lib/errors.ts'
import { type JsonContent, lookAtJsonFile } from '../lib/json-file.ts'
import { namesIn } from '../lib/names-in.ts'
import { type DocumentName, readDocumentName } from './document-name.ts'
import { placesIn } from './project-places.ts'
import { TaskRecord } from './run/task-record.ts'
import { TaskResult } from './run/task-result.ts'

export interface ArchivedPlaces {
  directory: string
  document: string
  /** What lay beside it in `results/` lies beside it here. */
  result: string
  log: string
  /** What was in `state/tasks/<task id>`. */
  state: string
  record: string
}

export function archivedPlaces(project: string, id: string): ArchivedPlaces {
  return placesOfTidied(join(placesIn(project).archive, id), id)
}

/** @param directory of a task, in `archive/` or on the way to be deleted */
export function placesOfTidied(directory: string, id: string): ArchivedPlaces {
  const state = join(directory, 'state')
  return {
    ...{ directory, state },
    document: join(directory, `${id}.md`),
    result: join(directory, `${id}.json`),
    log: join(directory, `${id}.log`),
    record: join(state, 'task.json'),
  }
}

/** Tasks that have a directory in `archive/`, in no order. @throws when it cannot be read */
export function archivedTasks(project: string): DocumentName[] {
  return namesIn(placesIn(project).archive).flatMap((id) => {
    const name = readDocumentName(`${id}.md`)
    return name.kind === 'document' ? [name] : []
  })
}

export interface ArchivedFiles {
  record: JsonContent<TaskRecord>
  result: JsonContent<TaskResult>
}

export function lookAtArchived(project: string, id: string): ArchivedFiles {
  const { record, result } = archivedPlaces(project, id)
  return { record: lookAtJsonFile(record, TaskRecord), result: lookAtJsonFile(result, TaskResult) }
}

/** How a task ended that lies in the archive; of one that does not, undefined. */
export type ArchivedEnd = 'completed' | 'failed' | 'cancelled'

/** @throws {OrchError} `failed` when its files there cannot be read: that is not "it was never there" */
export function archivedEnd(project: string, id: string): ArchivedEnd | undefined {
  const { record, result } = lookAtArchived(project, id)
  if (record.kind === 'read' && record.value.over) return record.value.over.state
  if (result.kind === 'read' && result.value.status !== 'retrying') return result.value.status
  if (record.kind === 'missing' && result.kind === 'missing') return undefined
  const why = 'why' in record ? record.why : 'why' in result ? result.why : 'does not say how it ended'
  throw new OrchError('failed', `What archive/${id} has of it ${why}.`)
}
