/** What lies in the `tasks/` of a project. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { type ReadDocument, readDocument, type Settings } from './document.ts'
import { type DocumentName, readDocumentName } from './document-name.ts'
import { placesIn } from './project-places.ts'

export interface ListedDocument extends DocumentName {
  path: string
  settings: Settings
  text: string
}

/** A file that nobody can work on, with what is wrong with its name or with what stands in it. */
export interface UnfitDocument {
  file: string
  reason: string
}

export interface Listed {
  /** In no order. */
  documents: ListedDocument[]
  unfit: UnfitDocument[]
}

/** @throws {OrchError} `failed` when the directory cannot be read: that is not "no tasks" */
export function listDocuments(project: string): Listed {
  const { tasks } = placesIn(project)
  const listed: Listed = { documents: [], unfit: [] }
  for (const file of readNames(tasks)) {
    const name = readDocumentName(file)
    if (name.kind === 'almost') listed.unfit.push({ file, reason: name.reason })
    if (name.kind !== 'document') continue
    const path = join(tasks, file)
    const read: ReadDocument | undefined = readDocument(path)
    if (!read) continue
    const { id, description, stamp } = name
    if (!read.ok) listed.unfit.push({ file, reason: read.problem })
    else listed.documents.push({ id, description, stamp, path, settings: read.settings, text: read.text })
  }
  listed.unfit.sort((a, b) => (a.file < b.file ? -1 : 1))
  return listed
}

function readNames(tasks: string): string[] {
  try {
    return readdirSync(tasks)
  } catch (error) {
    throw new OrchError('failed', `${tasks} cannot be read: ${errorMessage(error)}`, {
      hint:
        systemErrorCode(error) === 'ENOENT'
          ? 'Make the directories of the project with `iterm-orch project init`.'
          : 'Look at who owns it, and who may read it.',
      cause: error,
    })
  }
}
