/** Which runs are not over, or not yet accounted for: what a service looks at first when it starts. */
import { join } from 'node:path'
import { z } from 'zod'
import type { Home } from '../../lib/home.ts'
import { type SetAside, takeJsonFile, writeJsonFile } from '../../lib/json-file.ts'

const Reference = z.object({ task: z.string(), id: z.string() })
type Reference = z.infer<typeof Reference>
const LedgerFile = z.object({ version: z.literal(1), open: z.array(Reference) })

/**
 * A run is entered before its record is written, and crossed out when all that follows from its end is done. What
 * a power failure takes of the file is found again among the records themselves: the newest of every task are read.
 */
export class RunLedger {
  readonly #path: string
  readonly #open = new Map<string, Reference>()

  constructor(home: Home) {
    this.#path = join(home.tasks, 'open.json')
  }

  /** False when nothing could be read: then every record has to be looked at, and nothing of it is lost. */
  load(onSetAside: (file: SetAside) => void): boolean {
    try {
      const file = takeJsonFile(this.#path, LedgerFile, onSetAside)
      for (const { task, id } of file?.open ?? []) this.#open.set(id, { task, id })
      return file !== undefined
    } catch {
      return false
    }
  }

  all(): Reference[] {
    return [...this.#open.values()]
  }

  has(id: string): boolean {
    return this.#open.has(id)
  }

  /** On the disk when it returns. */
  enter(reference: Reference): void {
    this.found(reference)
    this.write()
  }

  crossOut(id: string): void {
    if (this.lost(id)) this.write()
  }

  /** One whose record is there; it is {@link write written} with the others. */
  found({ task, id }: Reference): void {
    this.#open.set(id, { task, id })
  }

  /** One whose record never came. */
  lost(id: string): boolean {
    return this.#open.delete(id)
  }

  write(): void {
    writeJsonFile(this.#path, { version: 1, open: this.all() }, { unsynced: true })
  }
}
