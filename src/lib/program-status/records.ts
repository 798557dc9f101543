/** What the programs of a session report of themselves (OSC 7501), with the lifetimes of the protocol. */
import { isDeepStrictEqual } from 'node:util'
import type { ProgramReport, ProgramState } from './report.ts'

/** The protocol asks for at least 64 and at most 256. */
const maxRecords = 256

export interface ProgramRecord extends Omit<ProgramReport, 'state'> {
  state: ProgramState
  /** When the record began to say what it says, in ms since 1970. */
  since: number
}

export class ProgramRecords {
  /** By id; the least recently updated first. */
  readonly #records = new Map<string, ProgramRecord>()

  /** Takes a report: it replaces its record whole. `now` is in ms since 1970. */
  apply(report: ProgramReport, now: number): void {
    const { state, id } = report
    if (state === 'clear') {
      this.#clear(id)
      return
    }
    const before = this.#records.get(id)
    const record = { ...report, state, since: now }
    const same = before !== undefined && isDeepStrictEqual({ ...record, since: before.since }, before)
    this.#records.delete(id)
    this.#records.set(id, same ? before : record)
    if (this.#records.size <= maxRecords) return
    const [oldest] = this.#records.keys()
    if (oldest !== undefined) this.#records.delete(oldest)
  }

  /** The program ended, or a new prompt began: what was going on is over; results stay. */
  endActivity(): void {
    for (const [id, { state }] of this.#records) {
      if (state !== 'done' && state !== 'error') this.#records.delete(id)
    }
  }

  /** The terminal was reset (RIS). */
  clear(): void {
    this.#records.clear()
  }

  /** All records in order of their ids, the root first; `app` is inherited from the nearest ancestor. */
  list(): ProgramRecord[] {
    const records = [...this.#records.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    return records.map((record) => {
      const app = record.app ?? this.#inheritedApp(record.id)
      return app === undefined ? record : { ...record, app }
    })
  }

  /** Removes the record and its descendants; without an id all. */
  #clear(id: string): void {
    for (const key of this.#records.keys()) {
      if (id === '' || key === id || key.startsWith(`${id}/`)) this.#records.delete(key)
    }
  }

  #inheritedApp(id: string): string | undefined {
    for (let parent = parentOf(id); parent !== undefined; parent = parentOf(parent)) {
      const app = this.#records.get(parent)?.app
      if (app !== undefined) return app
    }
    return undefined
  }
}

/** `a/b` → `a` → '' (the root) → nothing. */
function parentOf(id: string): string | undefined {
  if (id === '') return undefined
  return id.slice(0, Math.max(0, id.lastIndexOf('/')))
}
