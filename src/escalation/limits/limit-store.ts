/** The limits on disk: `state/limits/<account>.json`, written before anything is done for them. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '../../lib/errors.ts'
import { readJsonFile, writeJsonFile } from '../../lib/json-file.ts'
import { namesIn } from '../../lib/names-in.ts'
import { AccountLimit } from './account-limit.ts'

export class LimitStore {
  readonly #directory: string
  readonly #limits = new Map<string, AccountLimit>()
  #unreadable: { path: string; reason: string }[] = []

  constructor(directory: string) {
    this.#directory = directory
  }

  load(): void {
    for (const name of namesIn(this.#directory)) {
      if (!name.endsWith('.json')) continue
      const path = join(this.#directory, name)
      try {
        const limit = readJsonFile(path, AccountLimit)
        if (limit) this.#limits.set(limit.account, limit)
      } catch (error) {
        this.#unreadable.push({ path, reason: errorMessage(error) })
      }
    }
  }

  /** What could not be read holds nothing back; nobody knows what it said. */
  get unreadable(): readonly { path: string; reason: string }[] {
    return this.#unreadable
  }

  all(): AccountLimit[] {
    return [...this.#limits.values()].toSorted((left, right) => left.account.localeCompare(right.account))
  }

  get(account: string): AccountLimit | undefined {
    return this.#limits.get(account)
  }

  /** Durable when this returns; where it throws, nothing has changed. Undefined: there is nothing to remember. */
  save(account: string, limit: AccountLimit | undefined): void {
    const path = join(this.#directory, `${account}.json`)
    if (limit) {
      writeJsonFile(path, limit, { indented: true })
      this.#limits.set(account, limit)
    } else {
      rmSync(path, { force: true })
      this.#limits.delete(account)
    }
    this.#unreadable = this.#unreadable.filter((one) => one.path !== path)
  }
}
