/** What lies in the `tasks/` of a project. */
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { quoteForShell } from '../lib/shell-quote.ts'
import { type ReadDocument, readDocument, type Settings } from './document.ts'
import { type DocumentName, readDocumentName } from './document-name.ts'
import { placesIn } from './project-places.ts'

export interface ListedDocument extends DocumentName {
  path: string
  settings: Settings
  text: string
  /** The whole file. */
  content: string
  sha256: string
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
  return readDocuments(project, listNames(project))
}

/** What the names in `tasks/` say, before anything is read. */
export interface ListedNames {
  documents: DocumentName[]
  unfit: UnfitDocument[]
}

/** @throws {OrchError} `failed` when the directory cannot be read */
export function listNames(project: string): ListedNames {
  const listed: ListedNames = { documents: [], unfit: [] }
  for (const file of readNames(project, placesIn(project).tasks)) {
    const name = readDocumentName(file)
    if (name.kind === 'almost') listed.unfit.push({ file, reason: name.reason })
    if (name.kind === 'document') listed.documents.push(name)
  }
  return listed
}

/** Those of them that are still there. */
export function readDocuments(project: string, names: ListedNames): Listed {
  const { tasks } = placesIn(project)
  const listed: Listed = { documents: [], unfit: [...names.unfit] }
  for (const { id, description, stamp } of names.documents) {
    const path = join(tasks, `${id}.md`)
    const read: ReadDocument | undefined = readDocument(path)
    if (!read) {
      const reason = 'it is a link to a file that is not there'
      if (isLink(path)) listed.unfit.push({ file: `${id}.md`, reason })
      continue
    }
    if (read.ok) {
      const { settings, text, content, sha256 } = read
      listed.documents.push({ id, description, stamp, path, settings, text, content, sha256 })
    } else listed.unfit.push({ file: `${id}.md`, reason: read.problem })
  }
  listed.unfit.sort((a, b) => (a.file < b.file ? -1 : 1))
  return listed
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function readNames(project: string, tasks: string): string[] {
  try {
    return readdirSync(tasks)
  } catch (error) {
    const code = systemErrorCode(error)
    const why = code === 'ENOENT' ? 'it is not there' : errorMessage(error)
    throw new OrchError('failed', `${tasks} cannot be read: ${why}`, {
      hint: hintFor(project, code),
      cause: error,
    })
  }
}

function hintFor(project: string, code: string | undefined): string {
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return 'Look at who owns it, and who may read it.'
  return existsSync(project)
    ? `Make the directories of the project: iterm-orch project init ${quoteForShell(project)}`
    : 'The directory of the project is not there: mount its disk, or bring it back. To forget the project: ' +
        '`iterm-orch project unregister`.'
}
