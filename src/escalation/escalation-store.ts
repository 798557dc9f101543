/** The escalations on disk: open ones in `escalations/<id>.json`, the others in `escalations/closed/`. */
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { removeQuietly, writeFileAtomic } from '../lib/atomic-file.ts'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import { readJsonFile } from '../lib/json-file.ts'
import { Escalation, isOpen } from './escalation.ts'

export interface Unreadable {
  path: string
  reason: string
}

export class EscalationStore {
  readonly #open: string
  readonly #closed: string
  readonly #onProblem: (error: unknown) => void
  readonly #present = new Map<string, Escalation>()
  /** What has happened and could not be written yet. */
  readonly #unwritten = new Map<string, Escalation>()

  /** @param onProblem told when a fact could not be written; it is tried again with {@link flush} */
  constructor(directory: string, onProblem: (error: unknown) => void = () => undefined) {
    this.#open = directory
    this.#closed = join(directory, 'closed')
    this.#onProblem = onProblem
  }

  /**
   * Reads what earlier services left open. A file that cannot be read is told of and left where it is.
   *
   * @returns also those that were closed when the service was killed, before all were told so
   */
  load(): { unreadable: Unreadable[]; unsettled: Escalation[] } {
    const unreadable: Unreadable[] = []
    const unsettled: Escalation[] = []
    for (const path of this.#listed(this.#open, unreadable)) {
      const escalation = readOr(path, unreadable)
      if (!escalation) continue
      const pathClosed = this.#pathClosed(escalation.id)
      if (exists(pathClosed)) {
        const closed = readOr(pathClosed, unreadable)
        if (closed) unsettled.push(closed)
      } else if (isOpen(escalation)) this.#present.set(escalation.id, escalation)
      else {
        this.keep(escalation)
        unsettled.push(escalation)
      }
    }
    return { unreadable, unsettled }
  }

  /** The open ones, the oldest first. */
  open(): Escalation[] {
    return [...this.#present.values()].sort(byId)
  }

  /** All that can be read, the oldest first. */
  all(): { escalations: Escalation[]; unreadable: Unreadable[] } {
    const unreadable: Unreadable[] = []
    const closed = filesIn(this.#closed).flatMap((path) => readOr(path, unreadable) ?? [])
    for (const path of filesIn(this.#open)) if (!this.#knows(idOf(path))) readOr(path, unreadable)
    const known = new Map([...closed, ...this.#unwritten.values(), ...this.#present.values()].map(entryOf))
    return { escalations: [...known.values()].sort(byId), unreadable }
  }

  /** Those that were closed at this time (ms) or later, as far as they can be read. */
  closedSince(time: number): Escalation[] {
    const unreadable: Unreadable[] = []
    return this.#listed(this.#closed, unreadable)
      .filter((path) => (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= time)
      .flatMap((path) => readOr(path, unreadable) ?? [])
  }

  /**
   * Deletes closed ones, and nothing else: a kill in between leaves some for the next time. What cannot be read, stands
   * open or is still to be settled is left alone.
   *
   * @param before only those that were closed before this time, in ms
   * @returns how many
   */
  prune(before: number, isOver: (escalation: Escalation) => boolean): number {
    let deleted = 0
    for (const path of filesIn(this.#closed)) {
      // It was written when it was closed, or later; a year of records is not read every day for this.
      if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? before) >= before) continue
      if (this.#knows(idOf(path)) || exists(this.#pathOpen(idOf(path)))) continue
      const escalation = readOr(path, [])
      if (!escalation || isOpen(escalation) || !isOver(escalation)) continue
      // A date that cannot be read is no reason to delete.
      if (!(Date.parse(escalation.closedAt ?? '') < before)) continue
      rmSync(path, { force: true })
      deleted += 1
    }
    return deleted
  }

  /**
   * What is about to be done: durable when this returns. Where it throws, nothing has changed. A closed one keeps
   * its open file until {@link settle}: whoever was told of it is still to be told of its end.
   */
  save(escalation: Escalation): void {
    const text = `${JSON.stringify(escalation, undefined, 2)}\n`
    const path = isOpen(escalation) ? this.#pathOpen(escalation.id) : this.#pathClosed(escalation.id)
    try {
      writeFileAtomic(path, text)
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error
      this.#prepare()
      writeFileAtomic(path, text)
    }
    this.#unwritten.delete(escalation.id)
    this.#remember(escalation)
  }

  /** What has happened already: known from now on, and written as soon as that is possible. */
  keep(escalation: Escalation): void {
    try {
      this.save(escalation)
    } catch (error) {
      this.#remember(escalation)
      this.#unwritten.set(escalation.id, escalation)
      this.#onProblem(error)
    }
  }

  /** Writes what could not be written before. */
  flush(): void {
    for (const escalation of [...this.#unwritten.values()]) this.keep(escalation)
  }

  /** Everyone knows that it is closed. */
  settle(id: string): void {
    if (!this.#present.has(id) && !this.#unwritten.has(id)) removeQuietly(this.#pathOpen(id))
  }

  /** Opens a closed one again. */
  reopen(escalation: Escalation): void {
    this.save(escalation)
    rmSync(this.#pathClosed(escalation.id), { force: true })
  }

  /** Whether there is a file of this id, readable or not. */
  isTaken(id: string): boolean {
    return this.#knows(id) || exists(this.#pathOpen(id)) || exists(this.#pathClosed(id))
  }

  /** @throws {OrchError} when there is one that cannot be read */
  get(id: string): Escalation | undefined {
    const known = this.#present.get(id) ?? this.#unwritten.get(id)
    if (known || !isId(id)) return known
    const path = this.#pathClosed(id)
    return exists(path) ? read(path) : undefined
  }

  /**
   * By id, or a unique beginning or end of one of at least 4 characters.
   *
   * @throws {OrchError} `escalation-not-found`
   */
  find(reference: string): Escalation {
    const exact = this.get(reference)
    if (exact) return exact
    const fits = (id: string) => id.startsWith(reference) || id.endsWith(reference)
    const candidates = reference.length >= shortestReference ? this.#ids().filter(fits) : []
    const [only] = candidates
    const found = only !== undefined && candidates.length === 1 ? this.get(only) : undefined
    if (found) return found
    const several = candidates.length > 1
    throw new OrchError(
      'escalation-not-found',
      several ? `Several escalations are meant by "${reference}".` : `There is no escalation "${reference}".`,
      {
        hint: several
          ? `They are: ${candidates.slice(0, 10).join(', ')}.`
          : 'See `iterm-orch escalations --all` for the ids.',
        details: { candidates },
      },
    )
  }

  #remember(escalation: Escalation): void {
    if (isOpen(escalation)) this.#present.set(escalation.id, escalation)
    else this.#present.delete(escalation.id)
  }

  #knows(id: string): boolean {
    return this.#present.has(id) || this.#unwritten.has(id)
  }

  #ids(): string[] {
    const known = [...this.#present.keys(), ...this.#unwritten.keys()]
    return [...new Set([...known, ...filesIn(this.#closed).map(idOf)])].sort()
  }

  #prepare(): void {
    for (const directory of [this.#open, this.#closed]) ensurePrivateDirectory(directory)
  }

  /** Nothing, where the directory cannot be read; that is told. */
  #listed(directory: string, unreadable: Unreadable[]): string[] {
    try {
      this.#prepare()
      for (const name of readdirSync(directory)) {
        // One service at a time has these files: whoever left this is dead.
        if (temporary.test(name)) removeQuietly(join(directory, name))
      }
      return filesIn(directory)
    } catch (error) {
      unreadable.push({ path: directory, reason: errorMessage(error) })
      return []
    }
  }

  #pathOpen(id: string): string {
    return join(this.#open, `${id}.json`)
  }

  #pathClosed(id: string): string {
    return join(this.#closed, `${id}.json`)
  }
}

/** Fewer characters would mean another one tomorrow. */
const shortestReference = 4

const temporary = /^[0-9a-z]{20}\.json\.\d+\.[0-9a-f]+\.tmp$/

const neverOverwritten = 'Mend the file, or move it away; it is never overwritten.'

function readOr(path: string, unreadable: Unreadable[]): Escalation | undefined {
  try {
    return read(path)
  } catch (error) {
    unreadable.push({ path, reason: errorMessage(error) })
    return undefined
  }
}

function read(path: string): Escalation {
  const escalation = readJsonFile(path, Escalation, { hint: neverOverwritten })
  if (escalation?.id === idOf(path)) return escalation
  throw unreadableFile(
    path,
    escalation ? `it says that it is ${JSON.stringify(escalation.id.slice(0, 40))}` : 'it is gone',
  )
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json') && isId(name.slice(0, -'.json'.length)))
      .sort()
      .map((name) => join(directory, name))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw unreadableFile(directory, errorMessage(error))
  }
}

function isId(text: string): boolean {
  return /^[0-9a-z]{20}$/.test(text)
}

function idOf(path: string): string {
  return path.slice(-'.json'.length - 20, -'.json'.length)
}

function entryOf(escalation: Escalation): [string, Escalation] {
  return [escalation.id, escalation]
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function byId(left: Escalation, right: Escalation): number {
  return left.id < right.id ? -1 : 1
}

function unreadableFile(path: string, reason: string): OrchError {
  return new OrchError('failed', `${path} cannot be read: ${reason}`, {
    hint: neverOverwritten,
  })
}
