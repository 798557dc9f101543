/** Templates of task documents: `tasks/templates/<name>.md` of a project. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { nearest } from '../lib/nearest-word.ts'
import { placesIn } from './project-places.ts'

export const templatesFolder = 'templates'

/** Names of the templates that there are. */
export function listTemplates(project: string): string[] {
  try {
    return readdirSync(directoryOf(project))
      .filter((file) => file.endsWith('.md') && !file.startsWith('.'))
      .map((file) => file.slice(0, -'.md'.length))
      .sort()
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}

/**
 * The template with `{{description}}` and `{{text}}` filled in.
 *
 * @throws {OrchError} `usage` when there is none of that name
 */
export function fillTemplate(project: string, name: string, description: string, text: string): string {
  const names = listTemplates(project)
  const directory = directoryOf(project)
  if (!names.includes(name)) {
    const near = nearest(name, names)
    const there =
      names.length === 0 ? `Write one: ${join(directory, `${name}.md`)}` : `There are: ${names.join(', ')}.`
    throw new OrchError('usage', `There is no template ${JSON.stringify(name)} in ${directory}.`, {
      hint: near === undefined ? there : `Did you mean ${near}?`,
      details: { candidates: names },
    })
  }
  const values: Readonly<Record<string, string>> = { description, text }
  return read(join(directory, `${name}.md`)).replace(
    /\{\{\s*(description|text)\s*\}\}/gu,
    (_, key: string) => values[key] ?? '',
  )
}

function directoryOf(project: string): string {
  return join(placesIn(project).tasks, templatesFolder)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new OrchError('failed', `${path} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
}
