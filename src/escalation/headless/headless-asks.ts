/**
 * What agents without a terminal ask for at their hooks, one at a time for each run. An ask is on the disk before it
 * is escalated: a service that comes back finds it, and its hook asks again.
 */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Blocker } from '../../agents/session-state.ts'
import { afterAwake } from '../../lib/awake-time.ts'
import type { Clock } from '../../lib/clock.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { ensurePrivateDirectory } from '../../lib/home.ts'
import { lookAtJsonFile, readJsonFile, writeJsonFile } from '../../lib/json-file.ts'
import type { Logger } from '../../lib/logger.ts'
import { processLife } from '../../lib/process-identity.ts'
import { Ask, type AskDecision, type AskState, TakenAsk } from '../../signals/hooks/ask-record.ts'
import type { Subject } from '../subject.ts'
import { AskSubject } from './ask-subject.ts'

export interface HeadlessAsksOptions {
  /** A file `<id>.json` for each ask that waits. */
  directory: string
  /** The same for each of which the hook has the answer: it leaves it there. */
  taken: string
  clock: Clock
  log: Logger
  /** It asks this now. */
  blocked(subject: Subject): void
  /** It does not ask it any more, and nobody has answered. */
  unblocked(session: string, blocker: Blocker, why: string): void
  escalationOf(session: string, blocker: Blocker): string | undefined
}

interface Waiting {
  ask: Ask
  subject: AskSubject
  decision?: AskDecision
  /** Woken when something about it is new. */
  watchers: Set<() => void>
  /** The hook has the decision. */
  taken: () => void
  /** An earlier look has seen that the hook has it. */
  isTaken?: true
}

/** A hook that was ended leaves its question: they are looked for this often. */
const lookMs = 1_000
/** A hook takes its decision at once where it waits for it, and within a second where it asks again. */
const handMs = 15_000

const gone = 'its agent has ended, or waits no longer'

export class HeadlessAsks {
  readonly #options: HeadlessAsksOptions
  /** By id; in the order in which they were asked. */
  readonly #waiting = new Map<string, Waiting>()
  #cancel: (() => void) | undefined

  constructor(options: HeadlessAsksOptions) {
    this.#options = options
  }

  /** Takes up what waited when the last service ended. Call before the escalations are taken up. */
  load(): void {
    const { directory, taken, log } = this.#options
    ensurePrivateDirectory(directory)
    ensurePrivateDirectory(taken)
    for (const name of readdirSync(directory).sort()) {
      const path = join(directory, name)
      try {
        const ask = /^[0-9a-z]{20}\.json$/.test(name) ? readJsonFile(path, Ask) : undefined
        if (ask && (processLife(ask.process) !== 'gone' || this.#takenOf(ask.id))) this.#add(ask)
        else rmSync(path, { force: true })
      } catch (error) {
        log.error({ error: errorMessage(error) }, 'what an agent had asked for cannot be read')
      }
    }
    for (const name of readdirSync(taken)) {
      const [id = ''] = name.split('.')
      if (!this.#waiting.has(id)) rmSync(join(taken, name), { force: true })
    }
    for (const waiting of this.#waiting.values()) this.#seeTaken(waiting)
    // Not now: what has its answer is seen by its escalation first.
    this.#cancel = this.#options.clock.after(lookMs, () => this.#look())
  }

  stop(): void {
    this.#cancel?.()
    for (const { watchers } of this.#waiting.values()) for (const wake of watchers) wake()
  }

  /** By run: what it asks now. */
  subject(session: string): AskSubject | undefined {
    return this.#front(session)?.subject
  }

  subjects(): AskSubject[] {
    return [...this.#waiting.values()]
      .map(({ ask }) => this.subject(ask.run))
      .filter((one) => one !== undefined)
  }

  /** A hook asks; asked again, it is the same. */
  ask(ask: Ask): AskState {
    if (!this.#waiting.has(ask.id)) {
      writeJsonFile(join(this.#options.directory, `${ask.id}.json`), ask)
      this.#add(ask)
      this.#present(ask.run)
    }
    return this.state(ask.id)
  }

  /** @throws {OrchError} `escalation-not-found` for one that nobody asks */
  state(id: string): AskState {
    const { ask, subject, decision } = this.#find(id)
    const { waitsFor } = subject.record
    const inFront = this.#front(ask.run)?.ask.id === id
    const escalation = inFront && waitsFor ? this.#options.escalationOf(ask.run, waitsFor) : undefined
    return { ...(escalation !== undefined && { escalation }), ...(decision && { decision }) }
  }

  /** Its state, as soon as there is a decision, and after `waitMs` at the latest. */
  async wait(id: string, waitMs: number, signal: AbortSignal): Promise<AskState> {
    const { decision, watchers } = this.#find(id)
    if (!decision) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          watchers.delete(wake)
          cancel()
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const cancel = this.#options.clock.after(waitMs, wake)
        watchers.add(wake)
        signal.addEventListener('abort', wake)
      })
    }
    return this.state(id)
  }

  /** The hook has given the decision to its agent. */
  taken(id: string): void {
    const waiting = this.#find(id)
    waiting.taken()
    this.#seeTaken(waiting)
  }

  #add(ask: Ask): void {
    const waiting: Waiting = {
      ask,
      subject: new AskSubject(ask, this.#options.clock, (decision) => this.#hand(waiting, decision)),
      watchers: new Set(),
      taken: () => {},
    }
    this.#waiting.set(ask.id, waiting)
  }

  /** @throws {OrchError} `not-confirmed` when the hook does not take it */
  async #hand(waiting: Waiting, decision: AskDecision): Promise<string> {
    waiting.decision = decision
    const isTaken = new Promise<boolean>((resolve) => {
      const cancel = afterAwake(this.#options.clock, handMs, () => resolve(false))
      waiting.taken = () => {
        cancel()
        resolve(true)
      }
    })
    for (const wake of waiting.watchers) wake()
    if (await isTaken) {
      // The answer closes it; what the same run asks next has its turn then.
      setImmediate(() => this.#remove(waiting))
      return `the agent's hook took it: ${decision.behavior}`
    }
    delete waiting.decision
    throw new OrchError(
      'not-confirmed',
      `The agent of ${waiting.ask.task} does not take the answer at its hook.`,
      {
        hint: 'If it has ended, so has its question; else answer once more.',
      },
    )
  }

  /** Those that nobody waits for any more. */
  #look(): void {
    for (const waiting of [...this.#waiting.values()]) {
      if (this.#seeTaken(waiting)) {
        const isKnown = waiting.isTaken
        waiting.isTaken = true
        // Whoever gave the answer removes it; an answer of an earlier service is seen by its escalation first.
        if (waiting.decision || !isKnown) continue
      } else if (processLife(waiting.ask.process) !== 'gone') continue
      // One that was ended while it was given its answer has not taken it.
      const blocker = waiting.subject.record.waitsFor
      const inFront = this.#front(waiting.ask.run) === waiting
      waiting.subject.over()
      if (inFront && blocker) this.#options.unblocked(waiting.ask.run, blocker, gone)
      this.#remove(waiting)
    }
    this.#cancel = this.#options.clock.after(lookMs, () => this.#look())
  }

  /** Whether the hook has left word that it has the answer, given by this service or by one before it. */
  #seeTaken(waiting: Waiting): boolean {
    const taken = this.#takenOf(waiting.ask.id)
    if (!taken) return false
    const { decision, at } = taken
    if (waiting.decision) waiting.taken()
    else waiting.subject.took(decision.message ?? decision.behavior, at)
    return true
  }

  #takenOf(id: string): TakenAsk | undefined {
    const content = lookAtJsonFile(join(this.#options.taken, `${id}.json`), TakenAsk)
    return content.kind === 'read' ? content.value : undefined
  }

  #remove({ ask }: Waiting): void {
    this.#waiting.delete(ask.id)
    const { directory, taken } = this.#options
    for (const place of [directory, taken]) rmSync(join(place, `${ask.id}.json`), { force: true })
    this.#present(ask.run)
  }

  #present(run: string): void {
    const next = this.#front(run)
    if (!next) return
    this.#options.blocked(next.subject)
    for (const wake of next.watchers) wake()
  }

  #front(run: string): Waiting | undefined {
    for (const waiting of this.#waiting.values()) if (waiting.ask.run === run) return waiting
    return undefined
  }

  #find(id: string): Waiting {
    const found = this.#waiting.get(id)
    if (found) return found
    throw new OrchError('escalation-not-found', `Nobody asks ${id}.`)
  }
}
