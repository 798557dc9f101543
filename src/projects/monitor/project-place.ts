/** A project whose directory is there: its documents, records and log, and the right to work on it. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { FSWatcher } from 'chokidar'
import type { Clock } from '../../lib/clock.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { newTimeOrderedId } from '../../lib/ids.ts'
import { type FileLock, readLockOwner, tryLockFile } from '../../lib/lock-file.ts'
import type { Logger } from '../../lib/logger.ts'
import { watchChanges } from '../../lib/watch-changes.ts'
import { planOf } from '../plan-of.ts'
import { makeOwnPlace, placesIn } from '../project-places.ts'
import type { ProjectSettings } from '../project-settings.ts'
import { readQueueState } from '../queue-state.ts'
import type { Plan } from '../run/plan.ts'
import type { TaskRecord } from '../run/task-record.ts'
import type { WorkSettings } from '../work-settings.ts'
import { type Choice, chooseNext } from './choose-next.ts'
import { DocumentShelf } from './document-shelf.ts'
import { type EndOptions, endTask } from './end-attempt.ts'
import { ProjectLog, type TaskEvent } from './project-log.ts'
import { sweepProject } from './sweep-project.ts'
import { TaskStore } from './task-store.ts'

/** Documents of tasks that are over are looked at so often when the system does not tell of changes. */
const thoroughMs = 60_000
/** What was dropped together is looked at together. */
const togetherMs = 20
/** So many settle times a document that comes first is waited for, however often it is written meanwhile. */
const patientSettles = 10

export interface PlaceParts {
  clock: Clock
  log: Logger
  settings(): ProjectSettings
  /** What was set for this project, now. */
  ownSettings(): WorkSettings
  tell(event: TaskEvent): void
}

export class ProjectPlace {
  readonly project: { name: string; path: string }
  readonly store: TaskStore
  readonly shelf: DocumentShelf
  readonly log: ProjectLog
  readonly #parts: PlaceParts
  #lock: FileLock | undefined
  #watcher: { of: string; close(): void } | undefined
  #hasLooked = false
  /** When everything was looked at, in ms since 1970; undefined when something may have changed since then. */
  #thoroughAt: number | undefined
  #toldBroken: ReadonlyMap<string, string> = new Map()
  #closed = false

  constructor(project: { name: string; path: string }, parts: PlaceParts) {
    this.project = project
    this.#parts = parts
    this.store = new TaskStore(project.path)
    this.shelf = new DocumentShelf(project.path, parts.clock, () => parts.settings().settle)
    this.log = new ProjectLog(project, parts.log, parts.tell)
    this.store.load()
  }

  /**
   * Nobody else works on it from now on: neither another service, nor another name for the same directory.
   *
   * @throws {OrchError} `busy` when somebody does; what the system refuses with
   */
  own(): void {
    if (this.#lock) return
    const { state } = placesIn(this.project.path)
    makeOwnPlace(state)
    const path = join(state, 'monitor.lock')
    this.#lock = tryLockFile(path)
    if (!this.#lock) {
      const owner = readLockOwner(path) ?? 'unknown'
      throw new OrchError('busy', `another service or another name has the project (process ${owner})`)
    }
    // Somebody else may have worked on it until now.
    this.store.load()
    void sweepProject(this.project.path, () => this.#closed).catch((error: unknown) =>
      this.log.note(`what killed processes have left stays there: ${errorMessage(error)}`, 'warn'),
    )
  }

  /** @param changed called when a document or `state/queue.json` may have changed */
  watch(changed: () => void): void {
    const { tasks, state } = placesIn(this.project.path)
    const directories = [tasks, state].filter((path) => statSync(path, { throwIfNoEntry: false }))
    // One that was replaced tells nothing any more.
    const of = directories.map((path) => statSync(path, { throwIfNoEntry: false })?.ino).join()
    if (this.#watcher?.of === of) return
    this.#watcher?.close()
    let isComing = false
    const soon = () => {
      if (this.#closed || isComing) return
      isComing = true
      this.#parts.clock.after(togetherMs, () => {
        isComing = false
        this.#thoroughAt = undefined
        changed()
      })
    }
    const watcher: FSWatcher = watchChanges(directories, soon, {
      onProblem: (reason) => this.log.note(`changes are noticed late: ${reason}`, 'warn'),
    })
    const close = () => {
      watcher.close().catch((error: unknown) => this.log.note(errorMessage(error), 'warn'))
    }
    this.#watcher = { of, close }
  }

  /** Looks at all documents, also those of tasks that are over. */
  lookAtAll(): void {
    this.#thoroughAt = undefined
    this.look()
  }

  /** What is in `tasks/` now. A task that is to be tried again and has lost its document is over. */
  look(): void {
    const { shelf, store, log } = this
    const now = this.#parts.clock.now()
    const isRecent = this.#thoroughAt !== undefined && now - this.#thoroughAt < thoroughMs
    if (!isRecent) this.#thoroughAt = now
    this.#tellBroken(store.readBroken())
    for (const { id, sha256 } of shelf.look((each) => isRecent && store.isOver(each))) {
      const known = store.known(id)
      // What waited already when the monitor began is no news.
      if (!this.#hasLooked) continue
      if (!known) log.say(id, 'noticed')
      else if (known.over !== undefined && known.sha256 !== sha256)
        log.say(id, `its document was changed; it is ${known.over}, and not run again without \`task retry\``)
    }
    this.#hasLooked = true
    for (const id of store.retrying()) if (shelf.isGone(id)) this.#giveUp(id)
  }

  choose(): Choice {
    const { shelf, store, project } = this
    const now = this.#parts.clock.now()
    const patience = this.#parts.settings().settle * patientSettles
    return chooseNext({
      documents: shelf.documents((id) => !store.isOver(id)),
      marks: readQueueState(project.path).tasks,
      facts: (id) => store.known(id) ?? {},
      settling: shelf.settling().filter(({ firstAt }) => now - firstAt < patience),
      now,
    })
  }

  /**
   * Writes down that an attempt at a task begins, before anything else is done for it.
   *
   * @returns its number; undefined when there is nothing to begin: it is being written again, or is over
   */
  begin(id: string): number | undefined {
    const document = this.shelf.take(id)
    const before = document && this.store.read(id)
    if (!document || this.store.known(id)?.over !== undefined) return undefined
    const { nextAttemptAt: _, ...rest }: Partial<TaskRecord> = before ?? {}
    const attempts = before?.attempts ?? []
    const now = this.#parts.clock.now()
    const attempt = {
      number: attempts.length + 1,
      run: newTimeOrderedId(now),
      startedAt: new Date(now).toISOString(),
    }
    this.store.write({
      ...rest,
      version: 1,
      task_id: id,
      document: { sha256: document.sha256, text: document.content },
      plan: this.planOf(document.settings),
      attempts: [...attempts, attempt],
    })
    this.log.news(id, 'started', attempt.number === 1 ? '' : `attempt ${attempt.number}`)
    return attempt.number
  }

  /** How a document that says this is worked on when that begins now. */
  planOf(document: WorkSettings): Plan {
    const { settings, ownSettings } = this.#parts
    return planOf({ document, project: ownSettings(), config: settings() })
  }

  endOptions(id: string): EndOptions {
    const { retry_delay, max_retry_delay } = this.#parts.settings()
    return {
      project: this.project,
      store: this.store,
      now: this.#parts.clock.now(),
      isThere: !this.shelf.isGone(id),
      retry: { delayMs: retry_delay, maxDelayMs: max_retry_delay },
    }
  }

  /** What is done here must not outlive this: somebody else may work on it then. */
  close(): void {
    this.#closed = true
    this.#watcher?.close()
    this.#watcher = undefined
    this.log.close()
    this.#lock?.release()
    this.#lock = undefined
  }

  /** Each once. */
  #tellBroken(broken: ReadonlyMap<string, string>): void {
    for (const [id, why] of broken) {
      if (this.#toldBroken.get(id) !== why) this.log.say(id, `nothing is done with it: ${why}`, 'warn')
    }
    this.#toldBroken = new Map(broken)
  }

  #giveUp(id: string): void {
    this.own()
    // Whoever had it until now may have gone on with it.
    const record = this.store.read(id)
    const last = record?.attempts.at(-1)?.end
    if (!record || !last || record.nextAttemptAt === undefined) return
    const reason = `${last.reason ?? 'it failed'}; its document is gone, so it is not tried again`
    endTask(record, { ...last, reason }, this.endOptions(id))
    this.log.news(id, last.state, reason)
  }
}
