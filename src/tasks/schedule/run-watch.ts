/** Tells when records of runs were changed on the disk, and when a process of a task appeared. */
import { type FSWatcher, watch } from 'node:fs'
import { ensurePrivateDirectory, type Home } from '../../lib/home.ts'
import { runsDirectory } from '../../runner/run-paths.ts'

export interface RunWatchEvents {
  changed(run: { task: string; id: string }): void
  appeared(task: string): void
  failed(error: unknown): void
}

/** Directories are watched, not files: those are replaced whole. */
export class RunWatch {
  readonly #home: Home
  readonly #events: RunWatchEvents
  readonly #watchers = new Map<string, FSWatcher>()
  #pids: FSWatcher | undefined

  constructor(home: Home, events: RunWatchEvents) {
    this.#home = home
    this.#events = events
  }

  start(): void {
    try {
      ensurePrivateDirectory(this.#home.pids)
    } catch (error) {
      this.#events.failed(error)
      return
    }
    this.#pids = this.#watch(this.#home.pids, (name) => {
      if (name.endsWith('.pid')) this.#events.appeared(name.slice(0, -'.pid'.length))
    })
  }

  stop(): void {
    this.#pids?.close()
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  follow(task: string): void {
    if (this.#watchers.has(task)) return
    const watcher = this.#watch(runsDirectory(this.#home, task), (name) => {
      if (name.endsWith('.json')) this.#events.changed({ task, id: name.slice(0, -'.json'.length) })
    })
    if (watcher) this.#watchers.set(task, watcher)
  }

  forget(task: string): void {
    this.#watchers.get(task)?.close()
    this.#watchers.delete(task)
  }

  #watch(directory: string, told: (name: string) => void): FSWatcher | undefined {
    try {
      const watcher = watch(directory, (_event, name) => {
        if (name !== null) told(name)
      })
      watcher.on('error', (error) => this.#events.failed(error))
      return watcher
    } catch (error) {
      this.#events.failed(error)
      return undefined
    }
  }
}
