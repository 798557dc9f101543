/**
 * Brings the escalations in line with what the sessions wait for, whatever was missed: an event while the disk was
 * full, a prompt that came back while its answer was being closed, a program that was started again.
 */
import type { Blocker } from '../agents/session-state.ts'
import type { Clock } from '../lib/clock.ts'
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { deliveringAnswer, type Escalation, isAbout } from './escalation.ts'
import { type EscalationDesk, sameAgainMs } from './escalation-desk.ts'
import type { EscalationStore } from './escalation-store.ts'
import type { Subject } from './subject.ts'

export interface SweepOptions {
  store: EscalationStore
  desk: EscalationDesk
  clock: Clock
  log: Logger
  subject(session: string): Subject | undefined
  subjects(): Subject[]
}

/** A sweep looks at what is in memory, and costs nothing worth mentioning. */
const everyMs = 5_000
/** An answered prompt that is still in front after this is asked again: it was seen to have left (two looks). */
const promptGoneMs = 1_500
/** What has no prompt, such as an error, stays on the screen until the program has done something. */
const blockerGoneMs = 15_000

export class Sweep {
  readonly #options: SweepOptions
  /** By session: when one was closed last, in ms. */
  readonly #closedAt = new Map<string, number>()
  #cancel: (() => void) | undefined
  #stopped = false

  constructor(options: SweepOptions) {
    this.#options = options
  }

  start(): void {
    this.#cancel = this.#options.clock.after(everyMs, () => {
      void this.all().finally(() => {
        if (!this.#stopped) this.start()
      })
    })
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  async all(): Promise<void> {
    this.#options.store.flush()
    for (const subject of this.#options.subjects()) await this.one(subject)
  }

  /** An escalation of this session was closed: what it waits for then is another one. */
  closed(session: string): void {
    const { clock, subject } = this.#options
    this.#closedAt.set(session, clock.now())
    clock.after(promptGoneMs, () => {
      const present = subject(session)
      if (present && !this.#stopped) void this.one(present)
    })
  }

  async one(subject: Subject): Promise<void> {
    try {
      const { waitsFor } = subject.record
      if (waitsFor) await this.#missing(subject, waitsFor)
      else if (subject.terminal !== undefined && !subject.record.exit) this.#leftOver(subject)
    } catch (error) {
      const session = subject.id
      this.#options.log.error({ error: errorMessage(error), session }, 'a blocker could not be escalated')
    }
  }

  async #missing(subject: Subject, blocker: Blocker): Promise<void> {
    const { desk, clock } = this.#options
    if (desk.openAbout(subject.id, blocker) || this.#stopped) return
    const closed = this.#closedAbout(blocker)
    if (!closed) {
      desk.blocked(subject, blocker)
      return
    }
    if (closed.outcome === 'expired' || closed.outcome === 'failed') return
    // Answered, and there all the same: asked again, or about to be gone.
    const closedAt = Math.max(Date.parse(closed.closedAt ?? ''), this.#closedAt.get(subject.id) ?? 0)
    if (clock.now() - closedAt < (blocker.prompt ? promptGoneMs : blockerGoneMs)) return
    if (blocker.prompt) {
      const seen = (await subject.look()).reading.prompt
      if (seen?.fingerprint !== blocker.prompt.fingerprint) return
    }
    if (subject.record.waitsFor?.id !== blocker.id || desk.openAbout(subject.id, blocker)) return
    desk.open(subject, { ...blocker, since: new Date(clock.now()).toISOString() })
  }

  /** A prompt that is gone leaves no open escalation, however it went. */
  #leftOver({ id, record }: Subject): void {
    const { store, desk, clock } = this.#options
    for (const escalation of store.open()) {
      if (escalation.session !== id || deliveringAnswer(escalation)) continue
      if (clock.now() - Date.parse(escalation.openedAt) < sameAgainMs) continue
      if (!isAbout(escalation, record.waitsFor)) desk.close(escalation.id, 'withdrawn', 'its prompt is gone')
    }
  }

  #closedAbout(blocker: Blocker): Escalation | undefined {
    try {
      return this.#options.store.get(blocker.id)
    } catch {
      // A record that cannot be read says nothing; the blocker gets one of its own.
      return undefined
    }
  }
}
