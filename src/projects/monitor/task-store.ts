/** What was done with the tasks of one project: `state/tasks/<id>/task.json`, and what of it is asked for often. */
import { join } from 'node:path'
import { z } from 'zod'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { lookAtJsonFile, readJsonFile, writeJsonFile } from '../../lib/json-file.ts'
import { namesIn } from '../../lib/names-in.ts'
import { archivedEnd } from '../archive.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'
import { type Attempt, TaskRecord } from '../run/task-record.ts'
import type { TaskFacts } from './choose-next.ts'

const Status = z.looseObject({
  status: z.enum(['completed', 'failed', 'cancelled']),
  completed_at: z.string().optional(),
})

export interface KnownTask extends TaskFacts {
  /** An attempt goes on. */
  open: boolean
  sha256: string
  /** When the last attempt at it began, in ms since 1970. */
  beganAt?: number
  /** Since when it is over, in ms since 1970. */
  overAt?: number
  /** All that is known of it lies in `archive/`. */
  archived?: true
}

export class TaskStore {
  readonly #project: string
  readonly #state: string
  readonly #results: string
  /** Undefined: it was looked at, and nothing was done with it. */
  readonly #known = new Map<string, KnownTask | undefined>()
  /** Tasks of which nobody knows whether they were begun, and why. */
  readonly #broken = new Map<string, string>()

  constructor(project: string) {
    const { state, results } = placesIn(project)
    this.#project = project
    this.#state = state
    this.#results = results
  }

  /** Reads all records. @throws when the directory cannot be read */
  load(): void {
    // Those of which there is only a result are in no other list.
    const ids = new Set([...namesIn(join(this.#state, 'tasks')), ...this.#broken.keys()])
    this.#known.clear()
    this.#broken.clear()
    for (const id of ids) this.#look(id)
  }

  /** Undefined when nothing was done yet. @throws {OrchError} when it cannot be read: then nothing may be done */
  read(id: string): TaskRecord | undefined {
    const record = readJsonFile(this.#path(id), TaskRecord)
    if (record) this.#known.set(id, knownOf(record))
    else this.#known.set(id, this.#resultOf(id) ?? this.#archivedOf(id))
    return record
  }

  /** @throws when it cannot be written: then what it says must not be done */
  write(record: TaskRecord): void {
    // One by one, so that a project whose disk is not mounted is not made anew beside it.
    makeOwnPlace(this.#state)
    writeJsonFile(this.#path(record.task_id), record)
    this.#known.set(record.task_id, knownOf(record))
  }

  /** Undefined when nothing was done with it yet. One whose record cannot be read counts as failed. */
  known(id: string): KnownTask | undefined {
    if (!this.#known.has(id)) this.#look(id)
    return this.#known.get(id)
  }

  isOver(id: string): boolean {
    return this.known(id)?.over !== undefined
  }

  /** Reads those again that could not be read: somebody may have mended them. Gives those that still cannot be. */
  readBroken(): ReadonlyMap<string, string> {
    for (const id of [...this.#broken.keys()]) this.#look(id)
    return this.#broken
  }

  /** It was tidied away, or is to be looked at again. */
  forget(id: string): void {
    this.#known.delete(id)
    this.#broken.delete(id)
  }

  /** Of those with which something was done. */
  ids(): string[] {
    return this.#where(() => true)
  }

  /** Tasks of which an attempt goes on; more than one only when somebody changed the files. */
  open(): string[] {
    return this.#where(({ open }) => open)
  }

  /** Tasks that are to be tried again. */
  retrying(): string[] {
    return this.#where(({ nextAttemptAt }) => nextAttemptAt !== undefined)
  }

  /** When the last attempt at any of them began, in ms since 1970. */
  lastBeganAt(): number | undefined {
    let latest: number | undefined
    for (const known of this.#known.values())
      if (known?.beganAt !== undefined) latest = Math.max(known.beganAt, latest ?? known.beganAt)
    return latest
  }

  #look(id: string): void {
    try {
      this.#broken.delete(id)
      this.read(id)
    } catch (error) {
      this.#broken.set(id, errorMessage(error))
      this.#known.set(id, { open: false, over: 'failed', sha256: '' })
    }
  }

  #where(isWanted: (known: KnownTask) => boolean): string[] {
    const ids: string[] = []
    for (const [id, known] of this.#known) if (known && isWanted(known)) ids.push(id)
    return ids
  }

  /** Its record was lost, but it was worked on: not again without being asked. */
  #resultOf(id: string): KnownTask | undefined {
    const content = lookAtJsonFile(join(this.#results, `${id}.json`), Status)
    if (content.kind === 'missing') return undefined
    if (content.kind === 'read') {
      const { status: over, completed_at: at = '' } = content.value
      return { open: false, over, sha256: '', ...overAt(at) }
    }
    throw new OrchError('failed', `Its result ${content.why}.`, { cause: content.cause })
  }

  /** It was tidied away. */
  #archivedOf(id: string): KnownTask | undefined {
    const over = archivedEnd(this.#project, id)
    return over && { open: false, over, sha256: '', archived: true }
  }

  #path(id: string): string {
    return join(this.#state, 'tasks', id, 'task.json')
  }
}

/** The one that goes on. */
export function openAttempt({ attempts, over }: TaskRecord): Attempt | undefined {
  const last = attempts.at(-1)
  return over === undefined && last?.end === undefined ? last : undefined
}

function knownOf(record: TaskRecord): KnownTask {
  const { over, nextAttemptAt, document, attempts } = record
  const last = attempts.at(-1)
  return {
    open: openAttempt(record) !== undefined,
    sha256: document.sha256,
    ...(last && { beganAt: Date.parse(last.startedAt) }),
    ...(over && { over: over.state, ...overAt(over.at) }),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: Date.parse(nextAttemptAt) }),
  }
}

function overAt(moment: string): Pick<KnownTask, 'overAt'> {
  const at = Date.parse(moment)
  return Number.isNaN(at) ? {} : { overAt: at }
}
