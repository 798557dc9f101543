/**
 * Works on the tasks of one project, one after the other. All that can go wrong here is the matter of this project:
 * it is said, and tried again after a while.
 */
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { readRun } from '../../runner/run-files.ts'
import { runPlacesOf } from '../../runner/run-paths.ts'
import { parseDocument } from '../document.ts'
import { changeQueueState, type QueueState } from '../queue-state.ts'
import { type AttemptParts, AttemptWork } from './attempt-work.ts'
import { Bell } from './bell.ts'
import type { Choice } from './choose-next.ts'
import { endAttempt } from './end-attempt.ts'
import { ProjectLooker } from './look-at-project.ts'
import { type PlaceParts, ProjectPlace } from './project-place.ts'
import { openAttempt } from './task-store.ts'
import { beforeAll, neverHad, type Turn, type Turns } from './turns.ts'

/** The safety net for changes that the system did not tell of. */
const sweepMs = 10_000
/** A directory that is not there costs one call each time. */
const missingMs = 2_000
/** After something went wrong: so long, and twice as long each time after that. */
const troubleMs = 1_000
const longestTroubleMs = 60_000

export interface ActorParts
  extends PlaceParts,
    Pick<AttemptParts, 'home' | 'executor' | 'command' | 'closeSessions'> {
  turns: Turns
  /** Looks at the directory; the standard one when absent. */
  examine?: ConstructorParameters<typeof ProjectLooker>[2]
}

export type ActorState = 'ready' | 'disabled' | 'missing' | 'unreadable' | 'hanging' | 'trouble'

/** What it does now. */
export interface ActorStatus {
  state: ActorState
  reason: string
  /** The task that is worked on. */
  task?: string
}

export class ProjectActor {
  readonly name: string
  /** Resolves when it has left. */
  readonly left: Promise<void>
  /** Resolves when it has looked at its project for the first time, and asked for a turn if it wants one. */
  readonly hasLooked: Promise<void>
  #saysThatItHasLooked: () => void = () => {}
  readonly #parts: ActorParts
  readonly #looker: ProjectLooker
  readonly #bell: Bell
  readonly #stopping = new AbortController()
  /** The wait for a turn, which somebody may want to end. */
  #asking = new AbortController()
  #enabled: boolean
  #retired = false
  #place: ProjectPlace | undefined
  #current: { id: string; work: AttemptWork; ended: Promise<void> } | undefined
  #status: ActorStatus = { state: 'ready', reason: 'it was not looked at yet' }
  /** How often in a row it went wrong, and what did last. */
  #troubles = { count: 0, last: '' }

  constructor(name: string, entry: { path: string; enabled: boolean }, parts: ActorParts) {
    this.name = name
    this.#parts = parts
    this.#enabled = entry.enabled
    this.#looker = new ProjectLooker(entry.path, parts.clock, parts.examine)
    this.#bell = new Bell(parts.clock)
    this.hasLooked = new Promise((resolve) => {
      this.#saysThatItHasLooked = resolve
    })
    this.left = this.#live(this.#stopping.signal)
  }

  get status(): ActorStatus {
    return this.#current ? { ...this.#status, task: this.#current.id } : this.#status
  }

  enable(enabled: boolean): void {
    this.#enabled = enabled
    this.chooseAgain()
  }

  /** Ends what has begun, and leaves. */
  retire(): void {
    this.#retired = true
    this.chooseAgain()
  }

  /** Leaves at once; what runs goes on by itself. */
  stop(): void {
    this.#stopping.abort(new OrchError('failed', 'The monitor was stopped.'))
    this.#asking.abort()
    this.#leavePlace()
  }

  /** Looks at everything again. */
  look(): void {
    this.#bell.ring()
  }

  /** The same, also where it waits for its turn: it has to ask for that again. */
  chooseAgain(): void {
    this.#asking.abort()
    this.look()
  }

  /** The place with all documents as they are now, for a command. @throws {OrchError} `failed`, `busy` */
  async forCommand(): Promise<ProjectPlace> {
    const look = await this.#looker.look()
    this.#stopping.signal.throwIfAborted()
    if (look.state !== 'ready') throw new OrchError('failed', `Project ${this.name}: ${look.reason}.`)
    const place = this.#placeAt(look.path)
    place.own()
    place.lookAtAll()
    return place
  }

  /** Ends the attempt that goes on, after its record says so; resolves when it has, or has to be carried on later. */
  async cancelCurrent(id: string): Promise<void> {
    if (this.#current?.id !== id) return this.chooseAgain()
    this.#current.work.cancel()
    await this.#current.ended
  }

  async #live(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      let pauseMs: number
      try {
        pauseMs = await this.#step(stop)
        this.#troubles = { count: 0, last: '' }
      } catch (error) {
        if (stop.aborted) break
        pauseMs = this.#trouble(error)
      }
      this.#saysThatItHasLooked()
      if (this.#retired && !this.#place?.store.open().length) break
      if (pauseMs > 0) await this.#bell.wait(pauseMs, stop)
    }
    this.#saysThatItHasLooked()
    this.#leavePlace()
  }

  /** @returns how long to wait for news before the next one, in ms */
  async #step(stop: AbortSignal): Promise<number> {
    const look = await this.#looker.look()
    stop.throwIfAborted()
    if (look.state !== 'ready') {
      this.#leavePlace()
      if (this.#status.state !== look.state) this.#tell(look.reason)
      this.#say(look.state, look.reason)
      return missingMs
    }
    if (away.has(this.#status.state)) this.#tell('it is there again')
    const place = this.#placeAt(look.path)
    const [open] = place.store.open()
    if (open !== undefined) {
      place.own()
      await this.#carryOn(place, open, stop)
      return 0
    }
    if (!this.#enabled || this.#retired) {
      this.#say('disabled', 'it was disabled')
      return sweepMs
    }
    if (!look.hasTasks) {
      this.#say('ready', 'it has no tasks/')
      return missingMs
    }
    // Only now: what is changed from here on is told.
    place.watch(() => this.#bell.ring())
    place.look()
    const choice = place.choose()
    if (choice.kind !== 'begin') return this.#waitFor(choice, place)
    place.own()
    return this.#begin(place, choice.id, choice.urgent, stop)
  }

  #waitFor(choice: Exclude<Choice, { kind: 'begin' }>, { shelf }: ProjectPlace): number {
    const { settle } = this.#parts.settings()
    if (choice.kind === 'wait')
      this.#say('ready', `${choice.for} is tried again at ${new Date(choice.until).toISOString()}`)
    else this.#say('ready', 'nothing waits that can be begun')
    if (shelf.settling().length > 0 || shelf.isMissingAny) return Math.min(settle, sweepMs)
    if (choice.kind !== 'wait') return sweepMs
    return Math.min(Math.max(1, choice.until - this.#parts.clock.now()), sweepMs)
  }

  async #begin(place: ProjectPlace, id: string, urgent: boolean, stop: AbortSignal): Promise<number> {
    this.#say('ready', `${id} waits until fewer projects work`)
    this.#asking = new AbortController()
    const { turns, clock } = this.#parts
    // A clock that was ahead makes nobody wait until it is that late.
    const since = Math.min(place.store.lastBeganAt() ?? neverHad, clock.now())
    const asked = turns.ask(this.#asking.signal, urgent ? beforeAll : since)
    this.#saysThatItHasLooked()
    let turn: Turn
    try {
      turn = await asked
    } catch {
      return 0
    }
    try {
      // Much may have happened while it waited: whatever is next now is begun.
      const next = await this.#chooseNow(place, stop)
      if (next?.kind !== 'begin') return 0
      if (place.begin(next.id) === undefined) return this.#parts.settings().settle
      if (next.urgent) forgetWish(place, next.id)
      await this.#work(place, next.id, turn, stop)
      return 0
    } finally {
      turn.end()
    }
  }

  /** Undefined when nothing may be begun any more. */
  async #chooseNow(place: ProjectPlace, stop: AbortSignal): Promise<Choice | undefined> {
    const look = await this.#looker.look()
    if (stop.aborted || look.state !== 'ready' || place !== this.#place) return undefined
    if (!this.#enabled || this.#retired) return undefined
    place.look()
    return place.choose()
  }

  /** An attempt of before: by an earlier service, or before something went wrong. */
  async #carryOn(place: ProjectPlace, id: string, stop: AbortSignal): Promise<void> {
    const record = place.store.read(id)
    const attempt = record && openAttempt(record)
    if (!attempt) return
    const run = readRun(runPlacesOf(this.#parts.home, place.project.path), { task: id, id: attempt.run })
    const { turns } = this.#parts
    // What runs already is not asked whether it may, and what was begun had its turn.
    const asked = run && run.state !== 'queued' ? turns.take() : turns.ask(stop, beforeAll)
    this.#saysThatItHasLooked()
    const turn = await asked
    try {
      stop.throwIfAborted()
      await this.#work(place, id, turn, stop)
    } finally {
      turn.end()
    }
  }

  async #work(place: ProjectPlace, id: string, turn: Turn, stop: AbortSignal): Promise<void> {
    const { store, log, project } = place
    const record = store.read(id)
    const attempt = record && openAttempt(record)
    if (!attempt) return
    const document = parseDocument(Buffer.from(record.document.text))
    if (!document.ok)
      throw new OrchError('invalid-task', `The document kept with ${id}: ${document.problem}.`)
    const { settings, text } = document
    // Of one that an older version began, what is in force now.
    const { plan = place.planOf(settings) } = record
    if (!record.plan) store.write({ ...record, plan })
    const assertThere = () => this.#assertThere(place)
    const work = new AttemptWork(
      { ...this.#parts, log, store, assertThere },
      { project, id, plan, text, number: attempt.number, run: attempt.run },
      turn,
      stop,
    )
    if (record.cancelAsked !== undefined) work.cancel()
    this.#say('ready', 'it works')
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    this.#current = { id, work, ended }
    try {
      const outcome = await work.toEnd()
      await assertThere()
      stop.throwIfAborted()
      await this.#untilSeenOrGone(place, id, stop)
      // Its end may have been asked for meanwhile.
      const { what, why } = endAttempt(store.read(id) ?? record, outcome, place.endOptions(id))
      log.news(id, what, why)
    } finally {
      this.#current = undefined
      end()
    }
  }

  /** Whether an attempt is followed by another one depends on its document. */
  async #untilSeenOrGone({ shelf }: ProjectPlace, id: string, stop: AbortSignal): Promise<void> {
    for (shelf.look(); !shelf.has(id) && !shelf.isGone(id); shelf.look()) {
      await this.#bell.wait(this.#parts.settings().settle, stop)
      stop.throwIfAborted()
    }
  }

  async #assertThere({ project }: ProjectPlace): Promise<void> {
    const look = await this.#looker.look()
    if (look.state === 'ready' && look.path === project.path && this.#place?.project === project) return
    throw new OrchError('failed', look.state === 'ready' ? 'its directory is another one now' : look.reason)
  }

  #placeAt(path: string): ProjectPlace {
    if (this.#place?.project.path !== path) {
      this.#leavePlace()
      this.#place = new ProjectPlace({ name: this.name, path }, this.#parts)
    }
    return this.#place
  }

  #leavePlace(): void {
    this.#place?.close()
    this.#place = undefined
  }

  /** What cannot be said in its own log. */
  #tell(text: string): void {
    this.#parts.log.warn({ project: this.name }, `project ${this.name}: ${text}`)
  }

  #say(state: ActorState, reason: string): void {
    this.#status = { state, reason }
  }

  /** @returns how long to wait before it is tried again */
  #trouble(error: unknown): number {
    const last = errorMessage(error)
    if (this.#troubles.last !== last) this.#place?.log.note(`it cannot go on: ${last}`, 'warn')
    this.#troubles = { count: this.#troubles.count + 1, last }
    this.#say('trouble', last)
    return Math.min(troubleMs * 2 ** (this.#troubles.count - 1), longestTroubleMs)
  }
}

const away: ReadonlySet<ActorState> = new Set(['missing', 'unreadable', 'hanging'])

function forgetWish({ project, log }: ProjectPlace, id: string): void {
  const without = (state: QueueState): QueueState => {
    const { run_now_since: _, ...mark } = state.tasks[id] ?? {}
    return { ...state, tasks: { ...state.tasks, [id]: mark } }
  }
  // One that stays means nothing while the task runs, and nothing when it is over.
  changeQueueState(project.path, without).catch((error: unknown) => log.say(id, errorMessage(error), 'warn'))
}
