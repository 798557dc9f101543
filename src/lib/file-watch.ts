import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Editors write a file in several steps. */
const settleMs = 100

/** Tells when one of some files was changed. Directories are watched: editors replace files. */
export class FileWatch {
  readonly #changed: () => void
  readonly #failed: (error: unknown) => void
  readonly #watchers = new Map<string, FSWatcher>()
  #timer: NodeJS.Timeout | undefined

  /** @param failed told when the system does not tell of changes */
  constructor(changed: () => void, failed: (error: unknown) => void) {
    this.#changed = changed
    this.#failed = failed
  }

  /** These files, and no others. */
  follow(files: readonly string[]): void {
    for (const [file, watcher] of this.#watchers) {
      if (files.includes(file)) continue
      watcher.close()
      this.#watchers.delete(file)
    }
    for (const file of files) {
      if (this.#watchers.has(file)) continue
      try {
        const watcher = watch(dirname(file), (_event, name) => {
          if (name === null || name === basename(file)) this.#settle()
        })
        watcher.on('error', this.#failed)
        this.#watchers.set(file, watcher)
      } catch (error) {
        this.#failed(error)
      }
    }
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.follow([])
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#changed, settleMs)
  }
}
