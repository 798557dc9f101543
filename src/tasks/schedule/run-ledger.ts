/** Which runs are not over, or not yet accounted for: what a service looks at first when it starts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeFileUnsynced } from '../../lib/atomic-file.ts'
import { systemErrorCode } from '../../lib/errors.ts'
import { ensurePrivateDirectory, type Home } from '../../lib/home.ts'

const Reference = z.object({ task: z.string(), id: z.string() })
type Reference = z.infer<typeof Reference>
const LedgerFile = z.object({ version: z.literal(1), open: z.array(Reference) })

/**
 * A run is entered before its record is written, and crossed out when all that follows from its end is done. What
 * a power failure takes of the file is found again among the records themselves: the newest of every task are read.
 */
export class RunLedger {
  readonly #path: string
  readonly #directory: string
  readonly #open = new Map<string, Reference>()

  constructor(home: Home) {
    this.#directory = home.tasks
    this.#path = join(home.tasks, 'open.json')
  }

  /** False when the file is there and cannot be read: then every record has to be looked at. */
  load(): boolean {
    try {
      const { open } = LedgerFile.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
      for (const { task, id } of open) this.#open.set(id, { task, id })
      return true
    } catch (error) {
      return systemErrorCode(error) === 'ENOENT'
    }
  }

  all(): Reference[] {
    return [...this.#open.values()]
  }

  has(id: string): boolean {
    return this.#open.has(id)
  }

  enter({ task, id }: Reference): void {
    this.#open.set(id, { task, id })
    this.#write()
  }

  crossOut(id: string): void {
    if (this.#open.delete(id)) this.#write()
  }

  #write(): void {
    ensurePrivateDirectory(this.#directory)
    writeFileUnsynced(this.#path, JSON.stringify({ version: 1, open: this.all() }))
  }
}
