/**
 * Moves everything of tasks that are over to another directory of the project. Every move is one rename, and the last
 * one is that of the record: whatever happens in between, each file is in one of the two places, and the task is known
 * to be over until all of it is gone from the first.
 */
import { lstatSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { syncDirectory } from '../../lib/atomic-file.ts'
import { errorMessage, systemErrorCode } from '../../lib/errors.ts'
import { ensureLastDirectory } from '../../lib/home.ts'
import { namesIn } from '../../lib/names-in.ts'
import { sweepTemporaries } from '../../lib/temporary-file.ts'
import { placesOfTidied } from '../archive.ts'
import { placesIn } from '../project-places.ts'

export interface TidiedTask {
  id: string
  /** The directory that is to have all of it. */
  into: string
}

type Piece = readonly [from: string, to: string]

/**
 * Moves the documents first, and waits until the disk has that: a task is begun when its document is there and nothing
 * says that it was done, and that must not come true for a moment, not even when the power fails.
 *
 * @returns those that were not moved or not wholly, by id, with the reason
 */
export function moveTasks(project: string, tasks: readonly TidiedTask[]): Map<string, string> {
  const left = new Map<string, string>()
  if (tasks.length === 0) return left
  const places = placesIn(project)
  const logs = logsByTask(places.logs)
  const all = tasks.map((task) => ({ ...task, ...piecesOf(project, task, logs.get(task.id) ?? []) }))
  const attempt = (id: string, move: () => void) => {
    if (left.has(id)) return
    try {
      move()
    } catch (error) {
      left.set(id, whyNotMoved(error))
    }
  }
  for (const { id, into, document, rest } of all) {
    attempt(id, () => {
      const record = join(places.state, 'tasks', id)
      for (const directory of [record, join(record, 'runs')]) sweepTemporaries(directory)
      assertFree([document, ...rest])
      ensureLastDirectory(into)
      movePiece(document)
    })
  }
  if (left.size < tasks.length && isThere(places.tasks)) syncDirectory(places.tasks)
  for (const { id, rest } of all) attempt(id, () => rest.forEach(movePiece))
  return left
}

/** In the order in which they go; those that are not there are passed over. */
function piecesOf(project: string, { id, into }: TidiedTask, logs: readonly string[]) {
  const places = placesIn(project)
  const to = placesOfTidied(into, id)
  const outputs = ['stdout', 'stderr'].map((stream) => `${id}.${stream}.log`)
  const rest: Piece[] = [
    ...logs.map((name): Piece => [join(places.logs, name), join(into, name)]),
    ...outputs.map((name): Piece => [join(places.results, name), join(into, name)]),
    [join(places.results, basename(to.result)), to.result],
    [join(places.state, 'tasks', id), to.state],
  ]
  const document: Piece = [join(places.tasks, basename(to.document)), to.document]
  return { document, rest }
}

/** `<task>.log`, and the older ones `.1`, `.2` and so on. */
function logsByTask(directory: string): Map<string, string[]> {
  const logs = new Map<string, string[]>()
  for (const name of namesIn(directory)) {
    const id = /^(.+)\.log(?:\.\d+)?$/u.exec(name)?.[1]
    if (id === undefined) continue
    const known = logs.get(id)
    if (known) known.push(name)
    else logs.set(id, [name])
  }
  return logs
}

/** Nothing is replaced: what lies there may be of an earlier task of the same name. */
function assertFree(pieces: readonly Piece[]): void {
  for (const [from, to] of pieces) {
    if (!isThere(to) || !isThere(from)) continue
    throw new Error(`${basename(dirname(dirname(to)))}/${basename(dirname(to))} has another ${basename(to)}`)
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function movePiece([from, to]: Piece): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || isThere(from)) throw error
  }
}

function whyNotMoved(error: unknown): string {
  if (systemErrorCode(error) === 'EXDEV') return 'not all of its files lie on one disk'
  return `it could not be moved: ${errorMessage(error)}`
}
