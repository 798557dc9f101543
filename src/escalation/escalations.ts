/** All escalations of a service: follows the blockers of the sessions, and takes the answers. */
import type { Clock } from '../lib/clock.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { NewEvent } from '../sessions/journal.ts'
import type { OrchEvent } from '../sessions/session-info.ts'
import { Announcer, type PeopleBell } from './announcer.ts'
import { AnswerDesk, type AnswerTaken } from './answer-desk.ts'
import type { Answerer } from './authority.ts'
import type { Deliverer } from './deliver.ts'
import { type Choice, deliveringAnswer, type Escalation, isOpen, type Level } from './escalation.ts'
import { EscalationDesk } from './escalation-desk.ts'
import { EscalationStore } from './escalation-store.ts'
import type { EscalationSettings } from './ladder-rules.ts'
import { closeInMailbox, replyInMailbox } from './mail-channel.ts'
import type { PolicyDesk } from './policy-desk.ts'
import type { Subject } from './subject.ts'
import type { Reply } from './thread-reply.ts'
import { ThreadWatch } from './thread-watch.ts'

export interface EscalationsOptions {
  directory: string
  clock: Clock
  log: Logger
  comms(): string
  settings(): EscalationSettings
  subject(session: string): Subject | undefined
  /** All sessions that there are. */
  subjects(): Subject[]
  askable(subject: Subject): { orchestrator: string | undefined; peer: string | undefined }
  policy: PolicyDesk
  people: PeopleBell
  deliver: Deliverer
  /** Shows in the terminal that a session waits for somebody, or no longer does. */
  mark(session: string, escalation: Escalation | undefined): void
  tell(event: NewEvent): void
}

/** Replies to what is closed are told so for this long. */
const listenAfterMs = 600_000
/** A person who types into the terminal is seen to have answered when the prompt goes within this. */
const typedMs = 5_000

export class Escalations {
  readonly #options: EscalationsOptions
  readonly #store: EscalationStore
  readonly #desk: EscalationDesk
  readonly #answers: AnswerDesk
  readonly #announcer: Announcer
  readonly #threads: ThreadWatch
  /** Closed by this service: late replies are told so. */
  readonly #recent = new Map<string, Escalation>()
  /** When somebody last typed into a session past the escalations, in ms, and through what. */
  readonly #typed = new Map<string, { at: number; via: 'terminal' | 'cli' }>()
  #started = false

  constructor(options: EscalationsOptions) {
    this.#options = options
    const { clock, settings, tell, comms, log } = options
    const store = new EscalationStore(options.directory)
    this.#store = store
    this.#desk = new EscalationDesk({
      ...{ store, clock, settings, tell },
      askable: options.askable,
      consult: (escalation) => this.#consult(escalation),
      announce: (escalation) => this.#announcer.announce(escalation),
      closed: (escalation) => this.#closed(escalation),
      failed: (error) => log.error({ error: errorMessage(error) }, 'an escalation could not be announced'),
    })
    this.#answers = new AnswerDesk({
      ...{ store, desk: this.#desk, clock, settings, tell },
      deliver: options.deliver,
      present: (session) => options.subject(session)?.record.waitsFor,
    })
    this.#threads = new ThreadWatch({
      ...{ comms, log },
      announcedIn: (mailbox, thread) => this.#announcedIn(mailbox, thread),
      replied: (reply, mailbox) => this.#replied(reply, mailbox),
    })
    this.#announcer = new Announcer({
      ...{ store, clock, comms, tell },
      people: options.people,
      listen: (mailbox, thread) => this.#threads.listen(mailbox, thread),
    })
  }

  /** Goes on with what earlier services left open. Call when the sessions were found again. */
  async start(): Promise<void> {
    this.#started = true
    for (const problem of this.#store.load())
      this.#options.log.error(problem, 'the record of an escalation cannot be read')
    for (const escalation of this.#store.open()) await this.#resume(escalation)
    for (const subject of this.#options.subjects()) this.#blocked(subject)
  }

  async stop(): Promise<void> {
    this.#desk.stop()
    await this.#threads.stop()
  }

  open(): Escalation[] {
    return this.#store.open()
  }

  /** The closed ones too. */
  all(): ReturnType<EscalationStore['all']> {
    return this.#store.all()
  }

  /** @throws {OrchError} `escalation-not-found` */
  find(reference: string): Escalation {
    return this.#store.find(reference)
  }

  openOf(session: string): Escalation | undefined {
    return this.#desk.openOf(session)
  }

  /** @throws {OrchError} as `AnswerDesk.receive` */
  answer(reference: string, choice: Choice, who: Answerer): Promise<AnswerTaken> {
    return this.#answers.receive(this.#store.find(reference).id, choice, who)
  }

  /** Passes it up. @throws {OrchError} `escalation-not-found`, `already-answered`, `usage` at the top */
  raise(reference: string, by: string, reason: string, to?: Level): Escalation {
    const { id, level, ladder } = this.#mustBeOpen(reference)
    if (to === undefined && ladder.at(-1) === level) {
      throw new OrchError('usage', `It is at the top already (${level}).`, {
        hint: 'Answer it, or `snooze` it.',
      })
    }
    this.#desk.raise(id, by, reason, to)
    return this.#store.find(id)
  }

  /** Somebody is on it; the clock stands for `ms`. */
  acknowledge(reference: string, by: string, ms: number | undefined): Escalation {
    const { id } = this.#mustBeOpen(reference)
    const until = this.#in(ms ?? this.#options.settings().ack)
    this.#desk.update(id, { ack: { by, until } })
    this.#desk.step(id)
    return this.#store.find(id)
  }

  snooze(reference: string, ms: number): Escalation {
    const { id } = this.#mustBeOpen(reference)
    this.#desk.update(id, { snoozedUntil: this.#in(ms) })
    this.#desk.step(id)
    return this.#store.find(id)
  }

  /** Somebody types into a session: at its keyboard, or with `inject`. */
  typing(session: string, via: 'terminal' | 'cli'): void {
    this.#typed.set(session, { at: this.#options.clock.now(), via })
  }

  /** What the journal tells of the sessions. */
  heard(event: OrchEvent): void {
    if (!this.#started || !('session' in event)) return
    const subject = this.#options.subject(event.session)
    if (event.type === 'blocker' && subject) this.#desk.blocked(subject, event.blocker)
    if (event.type === 'blocker') this.#mark(event.session)
    if (event.type === 'prompt' && subject) this.#desk.learned(subject, event.blocker)
    if (event.type === 'unblocked') this.#unblocked(event.session)
    if (event.type === 'exited' || event.type === 'closed') this.#ended(event.session, event.type)
  }

  /** The prompt is gone. An answer that is being typed closes the escalation itself. */
  #unblocked(session: string): void {
    const escalation = this.#desk.openOf(session)
    if (!escalation || this.#answers.isDelivering(escalation.id)) return
    const typed = this.#typed.get(session)
    if (!typed || this.#options.clock.now() - typed.at > typedMs) {
      const closing = 'the prompt went away by itself, or was answered in the terminal'
      this.#desk.close(escalation.id, 'withdrawn', closing)
      return
    }
    const { via } = typed
    const outcome = via === 'cli' ? 'answered' : 'answered-in-terminal'
    const closing =
      via === 'cli' ? 'somebody typed into it with `inject`' : 'somebody answered in the terminal'
    this.#desk.close(escalation.id, outcome, closing, { from: 'human', via })
  }

  #ended(session: string, how: 'exited' | 'closed'): void {
    const escalation = this.#desk.openOf(session)
    const why = how === 'closed' ? 'the session was closed' : 'the program has ended'
    if (escalation) this.#desk.close(escalation.id, 'withdrawn', why)
  }

  #blocked(subject: Subject): void {
    const { waitsFor } = subject.record
    if (waitsFor) this.#desk.blocked(subject, waitsFor)
    this.#mark(subject.id)
  }

  async #resume(escalation: Escalation): Promise<void> {
    const subject = this.#options.subject(escalation.session)
    const { id, prompt } = escalation
    this.#announcer.resume(escalation)
    const last = subject?.record.lastAnswer?.fingerprint
    if (deliveringAnswer(escalation)) return this.#answers.recover(escalation, last)
    if (!subject) return this.#desk.close(id, 'withdrawn', 'the session is gone')
    if (subject.record.exit) return this.#desk.close(id, 'withdrawn', 'the program has ended')
    const { waitsFor } = subject.record
    const same = waitsFor?.id === id || (prompt && waitsFor?.prompt?.fingerprint === prompt.fingerprint)
    if (same) return this.#desk.resume(escalation)
    if (prompt && last === prompt.fingerprint)
      return this.#desk.close(id, 'answered', 'the session has its answer on record')
    this.#desk.close(id, 'withdrawn', 'its prompt was gone when the service came back')
  }

  #consult(escalation: Escalation): void {
    const word = this.#options.policy.consult(escalation)
    const { id } = escalation
    if (!word) {
      if (escalation.level === 'policy') this.#desk.raise(id, 'policy', 'there is no policy')
      return
    }
    const { choice, level, notify, ...policy } = word
    this.#desk.update(id, { policy })
    if (notify) void this.#announcer.announce({ ...escalation, level: 'human' })
    const acts = choice !== undefined && policy.dryRun !== true
    if (acts) {
      const who = { from: policy.rule ?? 'policy', via: 'policy' as const, rule: policy.rule }
      void this.#answers.receive(id, choice, who).catch((error: unknown) => {
        this.#options.log.warn(
          { error: errorMessage(error), escalation: id },
          'the policy’s answer was not taken',
        )
        if (this.#store.get(id)?.level === 'policy') this.#desk.raise(id, 'policy', errorMessage(error))
      })
      return
    }
    if (escalation.level === 'policy' || level !== undefined)
      this.#desk.raise(id, 'policy', policy.reason, level)
  }

  #closed(escalation: Escalation): void {
    this.#recent.set(escalation.id, escalation)
    this.#mark(escalation.session)
    for (const { channel, to } of escalation.told) {
      if (channel !== 'mail') continue
      this.#guarded(() => closeInMailbox(this.#options.comms(), to, escalation))
    }
    this.#options.clock.after(listenAfterMs, () => {
      this.#recent.delete(escalation.id)
      for (const { channel, to } of escalation.told) {
        const used = this.#announcedIn(to, escalation.thread).size > 0
        if (channel === 'mail' && !used) this.#threads.forget(to, escalation.thread)
      }
    })
  }

  async #replied({ escalation: id, message, choice }: Reply, mailbox: string): Promise<void> {
    const known = this.#store.get(id)
    if (!known || known.answers.some((answer) => answer.message === message.id)) return
    try {
      await this.#answers.receive(id, choice, { from: message.from, via: 'thread', message: message.id })
    } catch (error) {
      const hint = error instanceof OrchError && error.hint !== undefined ? ` ${error.hint}` : ''
      const told = `${errorMessage(error)}${hint}`
      this.#guarded(() => replyInMailbox(this.#options.comms(), mailbox, known, message.id, told))
    }
  }

  #announcedIn(mailbox: string, thread: string): ReadonlyMap<string, Escalation> {
    const all = [...this.#recent.values(), ...this.#store.open()]
    const here = all.filter(
      (one) =>
        one.thread === thread && one.told.some(({ channel, to }) => channel === 'mail' && to === mailbox),
    )
    return new Map(here.map((one) => [one.id, one]))
  }

  #mark(session: string): void {
    this.#options.mark(session, this.#desk.openOf(session))
  }

  #mustBeOpen(reference: string): Escalation {
    const escalation = this.#store.find(reference)
    if (isOpen(escalation)) return escalation
    throw new OrchError('already-answered', `It is over: ${escalation.outcome} (${escalation.closing}).`, {
      hint: `\`iterm-orch show ${escalation.id.slice(-8)}\` tells the whole story.`,
    })
  }

  #in(ms: number): string {
    return new Date(this.#options.clock.now() + ms).toISOString()
  }

  #guarded(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.#options.log.error({ error: errorMessage(error) }, 'a message could not be written to a thread')
    }
  }
}
