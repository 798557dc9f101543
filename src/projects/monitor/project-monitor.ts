/** Works on the tasks of all registered projects, each by itself, and follows what is registered. */
import { errorMessage } from '../../lib/errors.ts'
import { FileWatch } from '../../lib/file-watch.ts'
import { ensurePrivateDirectory, type Home } from '../../lib/home.ts'
import { noSuchProject } from '../change-registry.ts'
import type { ProjectEntry } from '../project.ts'
import { readEntry, readRegistryFile } from '../registry.ts'
import { allOrQuiet } from './all-or-quiet.ts'
import { type ActorParts, type ActorStatus, ProjectActor } from './project-actor.ts'
import { tidyActor } from './tidy-actor.ts'
import { Turns } from './turns.ts'

/** Whether `keep` of the settings has something to be done is looked at so often, and done once a day. */
const keepLookMs = 600_000
const dayMs = 86_400_000

/** The safety net for changes of the registry that the system did not tell of, such as those behind a link. */
const sweepMs = 10_000
/** Nobody begins before all have looked at their projects; a disk that does not answer within this is not waited for. */
const gatherMs = 500

export interface MonitorParts extends Omit<ActorParts, 'turns' | 'home' | 'ownSettings'> {
  home: Home
}

export interface MonitoredProject extends ActorStatus {
  name: string
  path: string
}

export class ProjectMonitor {
  readonly #parts: MonitorParts
  readonly #turns: Turns
  readonly #watch: FileWatch
  readonly #actors = new Map<string, { actor: ProjectActor; entry: ProjectEntry }>()
  /** Those that end what they began before they were unregistered, by their directories. */
  readonly #leaving = new Map<string, ProjectActor>()
  #problem = ''
  #cancelSweep: (() => void) | undefined
  #cancelKeep: (() => void) | undefined
  /** When each project was last tidied, in ms since 1970. */
  readonly #tidiedAt = new Map<string, number>()
  #stopped = false

  constructor(parts: MonitorParts) {
    this.#parts = parts
    this.#turns = new Turns(() => parts.settings().parallel)
    this.#watch = new FileWatch(
      () => this.reload(),
      (error) =>
        parts.log.warn({ error: errorMessage(error) }, 'changes of registered.json are noticed late'),
    )
  }

  start(): void {
    // What is not there cannot be watched.
    ensurePrivateDirectory(this.#parts.home.root)
    this.#watch.follow([this.#parts.home.registered])
    this.#sweep()
    this.#keepLater()
  }

  /** What runs goes on by itself. */
  stop(): void {
    this.#stopped = true
    this.#cancelSweep?.()
    this.#cancelKeep?.()
    this.#watch.stop()
    for (const { actor } of this.#actors.values()) actor.stop()
    for (const actor of this.#leaving.values()) actor.stop()
    this.#actors.clear()
  }

  /** Follows the registry as it is now. One that cannot be understood changes nothing. */
  reload(): void {
    if (this.#stopped) return
    const entries = this.#entries()
    if (!entries) return
    for (const [name, { actor, entry }] of this.#actors) {
      if (entries.get(name)?.path === entry.path) continue
      this.#actors.delete(name)
      this.#leaving.set(entry.path, actor)
      actor.retire()
      void actor.left.then(() => {
        if (this.#leaving.get(entry.path) === actor) this.#leaving.delete(entry.path)
      })
    }
    const fresh: ProjectActor[] = []
    for (const [name, entry] of entries) {
      const known = this.#actors.get(name)
      if (!known) {
        const actor = this.#newActor(name, entry)
        this.#actors.set(name, { entry, actor })
        fresh.push(actor)
      } else {
        if (known.entry.enabled !== entry.enabled) known.actor.enable(entry.enabled)
        known.entry = entry
      }
    }
    this.#gather(fresh)
  }

  /** The settings have changed. */
  settingsChanged(): void {
    this.#turns.look()
    for (const { actor } of this.#actors.values()) actor.look()
  }

  /** In the order of their names. */
  list(): MonitoredProject[] {
    return [...this.#actors]
      .map(([name, { actor, entry }]) => ({ name, path: entry.path, ...actor.status }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** @throws {OrchError} `project-not-found` */
  get(name: string): ProjectActor {
    // It may have been registered a moment ago.
    if (!this.#actors.has(name)) this.reload()
    const found = this.#actors.get(name)
    if (found) return found.actor
    throw noSuchProject(name, [...this.#actors.keys()])
  }

  /**
   * Begins anew with a project, with what is on its disk: what it waited for in vain is left alone, and what runs is
   * found again.
   *
   * @throws {OrchError} `project-not-found`
   */
  restart(name: string): void {
    this.get(name).stop()
    const known = this.#actors.get(name)
    if (known) known.actor = this.#newActor(name, known.entry)
  }

  restartAll(): string[] {
    this.reload()
    const names = [...this.#actors.keys()].sort()
    for (const name of names) this.restart(name)
    this.#gather([...this.#actors.values()].map(({ actor }) => actor))
    return names
  }

  /** Who has waited longest is known only when all have looked. */
  #gather(actors: readonly ProjectActor[]): void {
    const goOn = this.#turns.hold()
    const looks = actors.map(({ hasLooked }) => hasLooked)
    void allOrQuiet(looks, gatherMs, this.#parts.clock).then(goOn)
  }

  #newActor(name: string, entry: ProjectEntry): ProjectActor {
    // What that one has begun is carried on by the new one.
    this.#leaving.get(entry.path)?.stop()
    return new ProjectActor(name, entry, {
      ...this.#parts,
      turns: this.#turns,
      // As they are written at that moment, whether a change was noticed yet or not.
      ownSettings: () => (this.#entries()?.get(name) ?? this.#actors.get(name)?.entry)?.settings ?? {},
    })
  }

  #sweep(): void {
    this.reload()
    this.#cancelSweep = this.#parts.clock.after(sweepMs, () => this.#sweep())
  }

  #keepLater(): void {
    this.#cancelKeep = this.#parts.clock.after(keepLookMs, () => {
      void this.#keep().finally(() => {
        if (!this.#stopped) this.#keepLater()
      })
    })
  }

  /** Tidies the projects that are in use, one after the other. Never rejects. */
  async #keep(): Promise<void> {
    const { settings, clock, log } = this.#parts
    for (const [name, { actor }] of [...this.#actors]) {
      const { keep: olderThanMs } = settings()
      const isDue = clock.now() - (this.#tidiedAt.get(name) ?? 0) >= dayMs
      if (olderThanMs === undefined || !isDue || this.#stopped || actor.status.state !== 'ready') continue
      this.#tidiedAt.set(name, clock.now())
      try {
        const { left } = await tidyActor(actor, { olderThanMs })
        for (const { task, why } of left) log.debug({ project: name, task_id: task, why }, 'not tidied')
      } catch (error) {
        if (!this.#stopped) log.warn({ project: name, error: errorMessage(error) }, 'it could not be tidied')
      }
    }
  }

  /** No directory is looked at: a disk that hangs is no matter of the others. Undefined when nobody knows. */
  #entries(): Map<string, ProjectEntry> | undefined {
    const problems: string[] = []
    const entries = new Map<string, ProjectEntry>()
    try {
      for (const [name, value] of Object.entries(readRegistryFile(this.#parts.home).projects)) {
        const read = readEntry(name, value)
        if ('problem' in read) problems.push(read.problem)
        else entries.set(name, read.entry)
      }
    } catch (error) {
      this.#say(`${errorMessage(error)}. What was registered before stays in force`)
      return undefined
    }
    this.#say(problems.join('; '))
    return entries
  }

  /** Once. */
  #say(problem: string): void {
    if (problem !== '' && problem !== this.#problem) this.#parts.log.warn({ problem }, 'registered.json')
    this.#problem = problem
  }
}
