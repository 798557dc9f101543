/** The escalations on disk: open ones in `escalations/<id>.json`, the others in `escalations/closed/`. */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomic } from '../lib/atomic-file.ts'
import { errorMessage, OrchError, systemErrorCode } from '../lib/errors.ts'
import { ensurePrivateDirectory } from '../lib/home.ts'
import { Escalation, isOpen } from './escalation.ts'

export interface Unreadable {
  path: string
  reason: string
}

export class EscalationStore {
  readonly #open: string
  readonly #closed: string
  readonly #present = new Map<string, Escalation>()

  constructor(directory: string) {
    this.#open = directory
    this.#closed = join(directory, 'closed')
  }

  /** Reads what earlier services left open; a file that cannot be read is told of and left where it is. */
  load(): Unreadable[] {
    for (const directory of [this.#open, this.#closed]) ensurePrivateDirectory(directory)
    const unreadable: Unreadable[] = []
    for (const path of filesIn(this.#open)) {
      const escalation = readOr(path, unreadable)
      if (!escalation) continue
      // It was closed, and the service killed before the open file was gone.
      if (!isOpen(escalation) || exists(this.#pathClosed(escalation.id))) rmSync(path, { force: true })
      else this.#present.set(escalation.id, escalation)
    }
    return unreadable
  }

  /** The open ones, the oldest first. */
  open(): Escalation[] {
    return [...this.#present.values()].sort(byId)
  }

  /** All that can be read, the oldest first. */
  all(): { escalations: Escalation[]; unreadable: Unreadable[] } {
    const unreadable: Unreadable[] = []
    const closed = filesIn(this.#closed).flatMap((path) => readOr(path, unreadable) ?? [])
    return { escalations: [...closed, ...this.#present.values()].sort(byId), unreadable }
  }

  /** Durable when this returns. */
  save(escalation: Escalation): void {
    const text = `${JSON.stringify(escalation, undefined, 2)}\n`
    if (isOpen(escalation)) {
      writeFileAtomic(this.#pathOpen(escalation.id), text)
      this.#present.set(escalation.id, escalation)
      return
    }
    writeFileAtomic(this.#pathClosed(escalation.id), text)
    this.#present.delete(escalation.id)
    rmSync(this.#pathOpen(escalation.id), { force: true })
  }

  /** Opens a closed one again. */
  reopen(escalation: Escalation): void {
    rmSync(this.#pathClosed(escalation.id), { force: true })
    this.save(escalation)
  }

  /** @throws {OrchError} when there is one that cannot be read */
  get(id: string): Escalation | undefined {
    const present = this.#present.get(id)
    if (present || !isId(id)) return present
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

  #ids(): string[] {
    return [...new Set([...this.#present.keys(), ...filesIn(this.#closed).map(idOf)])].sort()
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

function readOr(path: string, unreadable: Unreadable[]): Escalation | undefined {
  try {
    return read(path)
  } catch (error) {
    unreadable.push({ path, reason: errorMessage(error) })
    return undefined
  }
}

function read(path: string): Escalation {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw unreadableFile(path, errorMessage(error))
  }
  const parsed = Escalation.safeParse(value)
  if (parsed.success) return parsed.data
  throw unreadableFile(path, z.prettifyError(parsed.error))
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

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function byId(left: Escalation, right: Escalation): number {
  return left.id < right.id ? -1 : 1
}

function unreadableFile(path: string, reason: string): OrchError {
  return new OrchError('failed', `${path} cannot be read: ${reason}`, {
    hint: 'Mend the file, or move it away; it is never overwritten.',
  })
}
