import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readDocumentName } from './document-name.ts'
import { placesIn } from './project-places.ts'
import { templatesFolder } from './templates.ts'

/** A folder in `tasks/` with documents in it, of which nothing is taken. */
export interface FolderWithDocuments {
  folder: string
  documents: number
}

/** Documents lie in `tasks/` itself: who sorts them into folders waits for nothing, and is told. */
export function foldersInTasks(project: string): FolderWithDocuments[] {
  const { tasks } = placesIn(project)
  return entries(tasks)
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== templatesFolder)
    .map(({ name: folder }) => {
      const inside = entries(join(tasks, folder))
      return {
        folder,
        documents: inside.filter(({ name }) => readDocumentName(name).kind === 'document').length,
      }
    })
    .filter(({ documents }) => documents > 0)
}

/** What cannot be read is told by whoever needs it. */
function entries(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
}
