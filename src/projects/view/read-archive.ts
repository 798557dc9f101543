/** What the archive of a project says of tasks, in the form of those that are not in it. */
import type { JsonContent } from '../../lib/json-file.ts'
import { archivedPlaces, archivedTasks, lookAtArchived } from '../archive.ts'
import { readDocument } from '../document.ts'
import { type DocumentName, readDocumentName } from '../document-name.ts'
import type { Listed } from '../list-documents.ts'
import type { TaskResult } from '../run/task-result.ts'
import type { ProjectFiles, Seen } from './read-project.ts'

/** The files of one archived task, as if it were the only one of its project. */
export function readArchivedTask(project: string, id: string): ProjectFiles {
  const places = archivedPlaces(project, id)
  const { record, result } = lookAtArchived(project, id)
  const problems = [
    ...('why' in record ? [`${places.record} ${record.why}`] : []),
    ...('why' in result ? [`${places.result} ${result.why}`] : []),
  ]
  const begun = new Map([[id, { record: seen(record), run: undefined, result: seen(result) }]])
  const marks = { value: { version: 1, tasks: {} } } as const
  const nothing = { past: new Map(), archived: new Map() }
  return { path: project, listed: listedIn(places.document, id), marks, begun, problems, ...nothing }
}

/** Each with its path. Those that cannot be read are told of. */
export function readArchivedResults(
  project: string,
  onProblem: (problem: string) => void,
): { file: string; result: TaskResult }[] {
  return archivedTasks(project).flatMap(({ id }) => {
    const { result } = lookAtArchived(project, id)
    const file = archivedPlaces(project, id).result
    if ('why' in result) onProblem(`${file} ${result.why}`)
    return result.kind === 'read' ? [{ file, result: result.value }] : []
  })
}

function seen<T>(content: JsonContent<T>): Seen<T> {
  if (content.kind === 'missing') return undefined
  return content.kind === 'read' ? { value: content.value } : { why: content.why }
}

function listedIn(path: string, id: string): Listed {
  const name = readDocumentName(`${id}.md`)
  const read = readDocument(path)
  if (name.kind !== 'document' || !read?.ok) return { documents: [], unfit: [] }
  const { settings, text, content, sha256 } = read
  const { description, stamp }: DocumentName = name
  return { documents: [{ id, description, stamp, path, settings, text, content, sha256 }], unfit: [] }
}
