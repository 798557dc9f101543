/** Why a task that has been over for long enough is left where it is. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '../../lib/errors.ts'
import { readJsonFile } from '../../lib/json-file.ts'
import { isLocked } from '../../lib/lock-file.ts'
import { readDocumentFile } from '../document.ts'
import { placesIn } from '../project-places.ts'
import { resultFile } from '../run/result-file.ts'
import { TaskRecord } from '../run/task-record.ts'
import { TaskResult } from '../run/task-result.ts'

/** By its files as they are now; undefined when nothing speaks against moving them. */
export function whyLeft(project: string, id: string): string | undefined {
  try {
    const { state, tasks } = placesIn(project)
    const record = readJsonFile(join(state, 'tasks', id, 'task.json'), TaskRecord)
    const result = readJsonFile(resultFile(project, id), TaskResult)
    if (record && !record.over) return 'it is not over'
    if (isLocked(join(state, 'tasks', id, 'running.lock'))) return 'its process is still there'
    const { worktree } = result?.git ?? {}
    const kept = [worktree?.path, join(state, 'worktrees', id)].find(
      (path) => path !== undefined && existsSync(path),
    )
    if (kept !== undefined) return `its worktree is still there (${worktree?.reason ?? kept})`
    const worked = record?.document.sha256 ?? result?.document_sha256
    return whyDocumentLeft(join(tasks, `${id}.md`), worked)
  } catch (error) {
    return errorMessage(error)
  }
}

/** Who changes a document afterwards may want to have it done again. */
function whyDocumentLeft(path: string, worked: string | undefined): string | undefined {
  const document = readDocumentFile(path)
  if (!document) return undefined
  if ('problem' in document) return `its document: ${document.problem}`
  // Of one that nobody could read when it was cancelled nothing is known.
  if (worked === undefined || worked === '') return undefined
  const now = createHash('sha256').update(document.content).digest('hex')
  return now === worked ? undefined : 'its document was changed since it was over'
}
