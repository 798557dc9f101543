/** What people ask of the tasks of a project, whether they wait, run or are over. */
import { OrchError } from '../../lib/errors.ts'
import { archivedTasks } from '../archive.ts'
import { readDocumentName } from '../document-name.ts'
import { noSuchTask, tryFindTask } from '../find-task.ts'
import { changeQueueState } from '../queue-state.ts'
import type { TaskRecord } from '../run/task-record.ts'
import { endTask } from './end-attempt.ts'
import type { ProjectActor } from './project-actor.ts'
import type { ProjectPlace } from './project-place.ts'
import { openAttempt } from './task-store.ts'

export interface TaskAnswer {
  task: string
  /** What became of it, as a sentence or a part of one. */
  what: string
}

/**
 * Ends a task: one that runs is stopped, one that waits is over without having begun.
 *
 * @throws {OrchError} `task-not-found`; `failed` when it is over already
 */
export async function cancelTask(actor: ProjectActor, wanted: string): Promise<TaskAnswer> {
  const place = await actor.forCommand()
  const id = idOf(place, wanted)
  const record = place.store.read(id)
  const over = place.store.known(id)?.over
  if (over !== undefined) throw isOver(id, over)
  const now = new Date().toISOString()
  if (!record || !openAttempt(record)) {
    const began = (record?.attempts.length ?? 0) > 0
    const reason = began ? 'it was cancelled before it was tried again' : 'it was cancelled before it began'
    endTask(record ?? unbegun(place, id), { at: now, state: 'cancelled', reason }, place.endOptions(id))
    place.log.news(id, 'cancelled', reason)
    actor.chooseAgain()
    return { task: id, what: 'cancelled before it began' }
  }
  place.store.write({ ...record, cancelAsked: record.cancelAsked ?? now })
  await actor.cancelCurrent(id)
  const end = (await actor.forCommand()).store.read(id)?.over
  if (!end) return { task: id, what: 'it is being ended' }
  return { task: id, what: end.state === 'cancelled' ? 'cancelled' : `it was ${end.state} by then` }
}

/**
 * Lets a task that is over wait for its turn again, with the document as it is then.
 *
 * @throws {OrchError} `task-not-found`; `failed` when it is not over, or has no document any more
 */
export async function retryTask(actor: ProjectActor, wanted: string): Promise<TaskAnswer> {
  const place = await actor.forCommand()
  const id = idOf(place, wanted)
  const record = place.store.read(id)
  if (place.store.known(id)?.over === undefined) {
    throw new OrchError('failed', `Task ${id} is not over.`, {
      hint: 'It runs, or waits for its turn: `iterm-orch task run-now` puts it before all others.',
    })
  }
  if (place.store.known(id)?.archived) throw isArchived(id)
  if (!place.shelf.has(id)) throw documentGone(id)
  const { over: _, cancelAsked: __, nextAttemptAt: ___, ...rest } = record ?? unbegun(place, id)
  place.store.write({ ...rest, earlierAttempts: rest.attempts.length })
  place.log.say(id, 'it is to be run again')
  actor.chooseAgain()
  return { task: id, what: 'waits for its turn again' }
}

/**
 * Puts a task before all others, of its project and among those that wait until fewer projects work. What it needs it
 * still waits for; one that is held is released.
 *
 * @throws {OrchError} `task-not-found`; `failed` when it is over
 */
export async function runTaskNow(actor: ProjectActor, wanted: string): Promise<TaskAnswer> {
  const place = await actor.forCommand()
  const id = idOf(place, wanted)
  const known = place.store.known(id)
  if (known?.over !== undefined) throw isOver(id, known.over)
  if (known?.open) return { task: id, what: 'it runs already' }
  if (!place.shelf.has(id)) throw documentGone(id)
  const now = new Date().toISOString()
  await changeQueueState(place.project.path, (state) => {
    const { held_since: _, ...mark } = state.tasks[id] ?? {}
    return { ...state, tasks: { ...state.tasks, [id]: { ...mark, run_now_since: now } } }
  })
  place.log.say(id, 'it is to run before all others')
  actor.chooseAgain()
  const [running] = place.store.open()
  return { task: id, what: running === undefined ? 'it is next' : `it is next, after ${running}` }
}

/** Also one whose document is gone. */
function idOf({ project, shelf, store }: ProjectPlace, wanted: string): string {
  const known = store.ids().flatMap((id) => {
    const name = readDocumentName(`${id}.md`)
    return name.kind === 'document' ? [name] : []
  })
  const tasks = new Map([...known, ...shelf.names()].map((task) => [task.id, task]))
  const found = tryFindTask([...tasks.values()], wanted)
  if (found) return found.id
  const archived = tryFindTask(archivedTasks(project.path), wanted)
  throw archived ? isArchived(archived.id) : noSuchTask([...tasks.values()], wanted)
}

function isArchived(id: string): OrchError {
  return new OrchError('failed', `Task ${id} is over, and lies in archive/${id}.`, {
    hint: `To have it done again, put archive/${id}/${id}.md back into tasks/ with another date in its name.`,
  })
}

function isOver(id: string, state: string): OrchError {
  return new OrchError('failed', `Task ${id} is over: ${state}.`, {
    hint: `To run it again: iterm-orch task retry ${id}`,
  })
}

function documentGone(id: string): OrchError {
  return new OrchError('failed', `The document of ${id} is not in tasks/ any more.`, {
    hint: `Put it back; what the agent was given stands in state/tasks/${id}/task.json.`,
  })
}

function unbegun(place: ProjectPlace, id: string): TaskRecord {
  const document = place.shelf.take(id)
  return {
    version: 1,
    task_id: id,
    document: { sha256: document?.sha256 ?? '', text: document?.content ?? '' },
    attempts: [],
  }
}
