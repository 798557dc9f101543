import { closeSync, linkSync, mkdirSync, openSync, renameSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly, writeFileAtomic } from '../lib/atomic-file.ts'
import { OrchError, systemErrorCode } from '../lib/errors.ts'
import { randomToken } from '../lib/ids.ts'
import { parseDocument } from './document.ts'
import { newDocumentName } from './document-name.ts'
import { projectDirectory } from './project-directory.ts'
import { placesIn } from './project-places.ts'

/**
 * The time of a document lies this much before its name appears, in ms: so the monitor sees at once that it is whole
 * (monitor/settled.ts), also where the kernel's clock ticks only every 10 ms.
 */
const earlierMs = 20

/** Names have seconds; more tasks with one description in one second are somebody's mistake. */
const mostTries = 60

/**
 * Writes a task document under a name of its own: whoever watches the directory sees the whole of it, or nothing.
 *
 * @returns the path
 * @throws {OrchError} `invalid-task` when nobody could work on it, `bad-name` when the description gives no name
 */
export function newDocument(project: string, description: string, text: string, now = new Date()): string {
  const content = text.endsWith('\n') ? text : `${text}\n`
  const read = parseDocument(Buffer.from(content))
  if (!read.ok) throw new OrchError('invalid-task', `Nothing was written: ${read.problem}.`)
  // Before anything is made.
  newDocumentName(description, now)
  const { tasks } = placesIn(projectDirectory(project))
  mkdirSync(tasks, { recursive: true })
  const temporary = join(tasks, `.new.${process.pid}.${randomToken()}.tmp`)
  try {
    writeFileAtomic(temporary, content, 0o644)
    const written = new Date(Date.now() - earlierMs)
    utimesSync(temporary, written, written)
    for (let later = 0; later < mostTries; later += 1) {
      const { id } = newDocumentName(description, new Date(now.getTime() + later * 1_000))
      const path = join(tasks, `${id}.md`)
      if (tryPlace(temporary, path)) return path
    }
  } finally {
    removeQuietly(temporary)
  }
  throw new OrchError(
    'task-exists',
    `There are ${mostTries} tasks of this name from the last minute already.`,
  )
}

/** False when the name is taken: unlike a rename, a link never replaces a file. */
function tryPlace(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    // exFAT and some shared folders have no links: the name is taken by an empty file, which nobody works on.
    if (!tryMake(to)) return false
  }
  try {
    renameSync(from, to)
  } catch (error) {
    removeQuietly(to)
    throw error
  }
  return true
}

function tryMake(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o644))
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false
    throw error
  }
}
