/** The task documents of a project as the monitor sees them: each is read once, when it is completely written. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../lib/clock.ts'
import { namesIn } from '../../lib/names-in.ts'
import { parseDocument, type ReadDocument, readDocumentFile, type Settings } from '../document.ts'
import { type DocumentName, readDocumentName } from '../document-name.ts'
import { placesIn } from '../project-places.ts'
import { type FileLook, isSameLook, isSettled } from './settled.ts'

export interface ShelvedDocument extends DocumentName {
  settings: Settings
  sha256: string
}

/** What stands in a document at the moment that somebody begins to work on it. */
export type DocumentText = Extract<ReadDocument, { ok: true }>

interface Seen extends DocumentName {
  look: FileLook
  /** When it was first seen at all, and as it is now; in ms since 1970. */
  firstAt: number
  sameSince: number
  /** Of a settled one: what it says, or why nobody can work on it. */
  read: { settings: Settings; sha256: string } | { problem: string } | undefined
}

export class DocumentShelf {
  readonly #tasks: string
  readonly #clock: Clock
  readonly #settleMs: () => number
  #seen = new Map<string, Seen>()
  /** Since when those are not there that were, in ms since 1970; no longer than the settle time. */
  readonly #missing = new Map<string, number>()
  #firstLookAt: number | undefined

  constructor(project: string, clock: Clock, settleMs: () => number) {
    this.#tasks = placesIn(project).tasks
    this.#clock = clock
    this.#settleMs = settleMs
  }

  /**
   * Looks at the directory. Without one there are no documents.
   *
   * @param isDone of these it is enough that they are there: they are not looked at again
   * @returns those that can be worked on since this look
   * @throws when it cannot be read: that is not "no documents"
   */
  look(isDone: (id: string) => boolean = () => false): ShelvedDocument[] {
    const now = this.#clock.now()
    const before = this.#seen
    this.#seen = new Map()
    this.#firstLookAt = Math.min(this.#firstLookAt ?? now, now)
    const fresh: ShelvedDocument[] = []
    for (const file of namesIn(this.#tasks)) {
      const known = file.endsWith('.md') ? before.get(file.slice(0, -'.md'.length)) : undefined
      if (known?.read !== undefined && isDone(known.id)) {
        this.#seen.set(known.id, known)
        continue
      }
      // 10,000 names take longer to read than to be compared.
      const name = known ? { kind: 'document' as const, ...known } : readDocumentName(file)
      if (name.kind !== 'document') continue
      const look = statSync(join(this.#tasks, file), { throwIfNoEntry: false })
      if (!look) continue
      const seen = this.#seenNow(name, look, known, now)
      this.#seen.set(name.id, seen)
      if (seen.read !== undefined || !isSettled(look, seen.sameSince, now, this.#settleMs())) continue
      const { id, description, stamp } = name
      seen.read = this.#read(file, look)
      if (seen.read && 'settings' in seen.read) fresh.push({ id, description, stamp, ...seen.read })
    }
    this.#noteMissing(before, now)
    return fresh
  }

  /** Those of them that can be worked on, in no order. */
  documents(isWanted: (id: string) => boolean): ShelvedDocument[] {
    const documents: ShelvedDocument[] = []
    for (const { id, description, stamp, read } of this.#seen.values())
      if (read && 'settings' in read && isWanted(id)) documents.push({ id, description, stamp, ...read })
    return documents
  }

  /** Whether a file of this name is there, whatever stands in it. */
  has(id: string): boolean {
    return this.#seen.has(id)
  }

  /** Whether it has not been there for the settle time: an editor may put a document aside while it writes it anew. */
  isGone(id: string): boolean {
    if (this.#seen.has(id)) return false
    const now = this.#clock.now()
    return now - (this.#missing.get(id) ?? this.#firstLookAt ?? now) >= this.#settleMs()
  }

  /** Whether one that was there may come back any moment. */
  get isMissingAny(): boolean {
    return this.#missing.size > 0
  }

  /** Names of all that are there. */
  names(): DocumentName[] {
    return [...this.#seen.values()]
  }

  /** Those that somebody may still be writing, with the time at which they were first seen. */
  settling(): { id: string; stamp: string; firstAt: number }[] {
    return [...this.#seen.values()].filter(({ read }) => read === undefined)
  }

  /** The text as it is now; undefined when it is not what was looked at any more. */
  take(id: string): DocumentText | undefined {
    const seen = this.#seen.get(id)
    const file = readDocumentFile(join(this.#tasks, `${id}.md`))
    if (!seen || !file || 'problem' in file || !isSameLook(seen.look, file.stat)) return undefined
    const document = parseDocument(file.content)
    return document.ok ? document : undefined
  }

  #noteMissing(before: ReadonlyMap<string, Seen>, now: number): void {
    for (const id of before.keys()) if (!this.#seen.has(id)) this.#missing.set(id, now)
    for (const [id, since] of this.#missing) {
      if (this.#seen.has(id) || now - since >= this.#settleMs()) this.#missing.delete(id)
      // Whoever sets the clock back does not make it wait longer.
      else this.#missing.set(id, Math.min(since, now))
    }
  }

  #seenNow(
    { id, description, stamp }: DocumentName,
    look: FileLook,
    before: Seen | undefined,
    now: number,
  ): Seen {
    if (before && isSameLook(before.look, look)) {
      // Whoever sets the clock back does not make it wait longer.
      return { ...before, sameSince: Math.min(before.sameSince, now), firstAt: Math.min(before.firstAt, now) }
    }
    // One that was whole is being written anew.
    const firstAt = before && before.read === undefined ? before.firstAt : now
    return { id, description, stamp, look, firstAt, sameSince: now, read: undefined }
  }

  /** Undefined when it was written meanwhile. */
  #read(file: string, look: FileLook): Seen['read'] {
    const read = readDocumentFile(join(this.#tasks, file))
    if (!read || 'problem' in read) return read
    if (!isSameLook(look, read.stat)) return undefined
    const document = parseDocument(read.content)
    if (!document.ok) return { problem: document.problem }
    // Its text may be long, and is not wanted before its turn.
    const { settings, sha256 } = document
    return { settings, sha256 }
  }
}
