/** Clears away what tasks have left that have been over for some time: into `archive/`, or for good. */
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { ensureLastDirectory } from '../../lib/home.ts'
import { namesIn } from '../../lib/names-in.ts'
import { archivedTasks } from '../archive.ts'
import { readDocument } from '../document.ts'
import { readDocumentName } from '../document-name.ts'
import type { ProjectPlace } from '../monitor/project-place.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'
import { moveTasks } from './move-tasks.ts'
import { whyLeft } from './why-left.ts'

/** So many between two turns of whatever else there is to do: some 20 ms. */
const atOnce = 100
/** How old what is known of the project may be; to look at 10,000 documents takes some 50 ms. */
const knownMs = 1_000

export interface TidyOptions {
  /** So long a task has to have been over. */
  olderThanMs: number
  /** Instead of moving it to `archive/`. */
  remove?: boolean
  /** Only says what would be done. */
  dryRun?: boolean
}

export interface Tidied {
  /** Names of the tasks of which everything was moved or deleted, or would be. */
  tidied: string[]
  /** Those that are over for long enough, and stay where they are. */
  left: { task: string; why: string }[]
  /** How many have not been over for so long. */
  recent: number
  /** How many were begun and are not over. */
  notOver: number
}

/** What is known of a project's tasks now. */
export type TidyPlace = Pick<ProjectPlace, 'project' | 'store' | 'shelf'>

/**
 * Safe at any moment beside whoever works on the project in this process, and when this process is killed: the next
 * call completes what was begun.
 *
 * @param placeNow asked again and again; the project is this process's own unless it is a dry run
 * @throws {OrchError} `failed` where its directories lie on several disks; what `placeNow` throws
 */
export async function tidyProject(
  placeNow: () => Promise<TidyPlace> | TidyPlace,
  { olderThanMs, remove = false, dryRun = false }: TidyOptions,
  now = Date.now(),
): Promise<Tidied> {
  const done: Tidied = { tidied: [], left: [], recent: 0, notOver: 0 }
  let place = await placeNow()
  let needed = neededBy(place)
  const { path } = place.project
  const aims = aimsIn(path, remove)
  const wanted = { aims, before: now - olderThanMs }
  const waiting = [...candidatesIn(path)].sort()
  for (let knownAt = performance.now(); waiting.length > 0; await nextTurn()) {
    if (performance.now() - knownAt > knownMs) {
      place = await placeNow()
      needed = neededBy(place)
      knownAt = performance.now()
    }
    const chosen = chooseFrom(place, waiting.splice(0, atOnce), { ...wanted, needed }, done)
    const left = dryRun ? new Map<string, string>() : move(place, chosen, aims)
    done.tidied.push(...chosen.filter((id) => !left.has(id)))
    done.left.push(...[...left].map(([task, why]) => ({ task, why })))
  }
  if (!dryRun) removeAll(aims.deleted)
  done.left.push(...namesakes(await placeNow()))
  return done
}

interface Aims {
  archive: string
  /** Only on the way to being removed. */
  deleted: string
  /** Of those that are not begun. */
  usual: string
  /** Where each goes of which an earlier call has moved a part. */
  begun: ReadonlyMap<string, string>
}

function aimsIn(project: string, remove: boolean): Aims {
  const { archive, state } = placesIn(project)
  const deleted = join(state, 'deleted')
  const begun = new Map(
    [archive, deleted].flatMap((directory) =>
      namesIn(directory)
        .filter((id) => namesIn(join(directory, id)).length > 0)
        .map((id): [string, string] => [id, directory]),
    ),
  )
  return { archive, deleted, usual: remove ? deleted : archive, begun }
}

/** Tasks of which something is kept beside their documents. */
function candidatesIn(project: string): Set<string> {
  const { state, results } = placesIn(project)
  const names = [
    ...namesIn(join(state, 'tasks')),
    ...namesIn(results).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : [])),
  ]
  return new Set(names.filter((id) => readDocumentName(`${id}.md`).kind === 'document'))
}

/** Those of them that can go. Says of the others why not. */
function chooseFrom(
  { store, project }: TidyPlace,
  ids: readonly string[],
  { aims, before, needed }: { aims: Aims; before: number; needed: ReadonlyMap<string, string> },
  done: Tidied,
): string[] {
  for (const id of ids) store.known(id)
  const broken = store.readBroken()
  return ids.filter((id) => {
    const known = store.known(id)
    const unreadable = broken.get(id)
    if (unreadable === undefined && known?.over === undefined) {
      done.notOver += 1
      return false
    }
    const { overAt = 0 } = known ?? {}
    if (unreadable === undefined && !aims.begun.has(id) && overAt > before) {
      done.recent += 1
      return false
    }
    const user = needed.get(id)
    const why = unreadable ?? (user === undefined ? whyLeft(project.path, id) : `${user} needs it`)
    if (why !== undefined) done.left.push({ task: id, why })
    return why === undefined
  })
}

/** Tasks that a document needs which is not over, with the name of one that does. */
function neededBy({ project, shelf, store }: TidyPlace): Map<string, string> {
  const waiting = shelf.documents((id) => !store.isOver(id))
  // One that may still be written says what it needs as well as it can.
  const fresh = shelf.settling().flatMap(({ id }) => {
    const read = readDocument(join(placesIn(project.path).tasks, `${id}.md`))
    return read?.ok && !store.isOver(id) ? [{ id, settings: read.settings }] : []
  })
  return new Map(
    [...waiting, ...fresh].flatMap(({ id, settings }) => settings.needs.map((need) => [need, id])),
  )
}

/** Gives those that stay, with the reason. */
function move({ project, store }: TidyPlace, chosen: readonly string[], aims: Aims): Map<string, string> {
  const tasks = chosen.map((id) => {
    const aim = aims.begun.get(id) ?? aims.usual
    return { id, aim, into: join(aim, id) }
  })
  for (const aim of new Set(tasks.map((task) => task.aim))) {
    makeAim(project.path, aim, aims)
    assertOneDisk(project.path, aim)
  }
  const left = moveTasks(project.path, tasks)
  for (const { id, aim, into } of tasks) {
    store.forget(id)
    if (aim === aims.deleted && !left.has(id)) removeAll(into)
  }
  return left
}

function makeAim(project: string, aim: string, { archive }: Aims): void {
  if (aim === archive) makeOwnPlace(archive)
  else {
    makeOwnPlace(placesIn(project).state)
    ensureLastDirectory(aim)
  }
}

/** Between two disks nothing is moved at once. */
function assertOneDisk(project: string, aim: string): void {
  const { tasks, results, state, logs } = placesIn(project)
  const { dev } = statSync(aim)
  const other = [tasks, results, join(state, 'tasks'), logs].find(
    (path) => (statSync(path, { throwIfNoEntry: false })?.dev ?? dev) !== dev,
  )
  if (other === undefined) return
  throw new OrchError('failed', `${other} lies on another disk than ${aim}. Nothing was moved.`, {
    hint: 'Have the directories of the project on one disk.',
  })
}

/** With all that is in it. A link is removed, and not what it leads to. */
function removeAll(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch (error) {
    throw new OrchError('failed', `${path} cannot be removed: ${errorMessage(error)}`, { cause: error })
  }
}

/** Documents that came with the name of a task that is in the archive. */
function namesakes({ project, shelf }: TidyPlace): Tidied['left'] {
  return archivedTasks(project.path)
    .filter(({ id }) => shelf.has(id))
    .map(({ id }) => ({ task: id, why: `archive/${id} is there already, and so it is not run` }))
}
