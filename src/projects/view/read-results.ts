/** What lies in `results/`, for whoever wants nothing else. */
import { join } from 'node:path'
import { lookAtJsonFile } from '../../lib/json-file.ts'
import { readDocumentName } from '../document-name.ts'
import { listNames } from '../list-documents.ts'
import { placesIn } from '../project-places.ts'
import { TaskResult } from '../run/task-result.ts'
import { listDirectory } from './list-directory.ts'

/**
 * Each with its path.
 *
 * @param onProblem told of those that cannot be read
 * @throws {OrchError} `failed` when the directory cannot be read: that is not "no results"
 */
export function readResults(
  project: string,
  onProblem: (problem: string) => void,
): { file: string; result: TaskResult }[] {
  // Where the disk of a project is not mounted there are no documents either, which is told.
  listNames(project)
  const { results } = placesIn(project)
  return listDirectory(results).flatMap((name) => {
    const id = name.slice(0, -'.json'.length)
    if (!name.endsWith('.json') || readDocumentName(`${id}.md`).kind !== 'document') return []
    const file = join(results, name)
    const content = lookAtJsonFile(file, TaskResult)
    if ('why' in content) onProblem(`${file} ${content.why}`)
    return content.kind === 'read' ? [{ file, result: content.value }] : []
  })
}
