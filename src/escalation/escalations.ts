/** All escalations of a service: follows the blockers of the sessions, and takes the answers. */
import type { Blocker } from '../agents/session-state.ts'
import type { Clock } from '../lib/clock.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Settlement } from '../sessions/delivery/delivery-queue.ts'
import type { NewEvent } from '../sessions/journal.ts'
import type { OrchEvent } from '../sessions/session-info.ts'
import { Announcer, type PeopleBell } from './announcer.ts'
import { AnswerDesk, type AnswerTaken } from './answer-desk.ts'
import { type Answerer, isAsked } from './authority.ts'
import { consultPolicy } from './consult-policy.ts'
import { Correspondence } from './correspondence.ts'
import type { Deliverer } from './deliver.ts'
import { type Choice, deliveringAnswer, type Escalation, isOpen, type Level } from './escalation.ts'
import { EscalationDesk } from './escalation-desk.ts'
import { EscalationStore } from './escalation-store.ts'
import { type Hold, held } from './hold.ts'
import { heldUntil } from './ladder.ts'
import type { EscalationSettings } from './ladder-rules.ts'
import { levelToRaise } from './may-raise.ts'
import { overMeanwhile } from './over-meanwhile.ts'
import { closingOf, Parking } from './parking.ts'
import type { PolicyDesk } from './policy-desk.ts'
import { Retention } from './retention.ts'
import { sessionOver } from './session-over.ts'
import type { Subject } from './subject.ts'
import { Sweep } from './sweep.ts'

export interface EscalationsOptions {
  directory: string
  clock: Clock
  log: Logger
  comms(): string
  settings(): EscalationSettings
  subject(session: string): Subject | undefined
  /** There is a record of the session, but it cannot be read: nobody knows what became of it. */
  isUnreadable(session: string): boolean
  /** All sessions that there are. */
  subjects(): Subject[]
  askable(subject: Subject): { orchestrator: string | undefined; peer: string | undefined }
  policy: PolicyDesk
  people: PeopleBell
  deliver: Deliverer
  /** Whether an answer waits in the mailbox of its session. */
  waits(answer: string): boolean
  /** Shows in the terminal that a session waits for somebody, or no longer does. */
  mark(session: string, escalation: Escalation | undefined): void
  tell(event: NewEvent): void
}

/** A person who types into the terminal is seen to have answered when the prompt goes within this. */
const typedMs = 5_000

export class Escalations {
  readonly parking: Parking
  readonly #options: EscalationsOptions
  readonly #store: EscalationStore
  readonly #desk: EscalationDesk
  readonly #answers: AnswerDesk
  readonly #announcer: Announcer
  readonly #threads: Correspondence
  readonly #sweep: Sweep
  readonly #retention: Retention
  readonly #stopping = new AbortController()
  /** When somebody last typed into a session past the escalations, in ms, and through what. */
  readonly #typed = new Map<string, { at: number; via: Parameters<typeof closingOf>[0] }>()
  #started = false

  constructor(options: EscalationsOptions) {
    this.#options = options
    const { clock, settings, tell, comms, log, policy, subject, subjects } = options
    const store = new EscalationStore(options.directory, (error) =>
      log.error({ error: errorMessage(error) }, 'an escalation could not be written; it is tried again'),
    )
    this.#store = store
    this.#desk = new EscalationDesk({
      ...{ store, clock, settings, tell },
      askable: options.askable,
      ways: (escalation) => options.people.ways(escalation),
      hasPolicy: ({ record }) => options.policy.speaks(record),
      consult: (escalation) =>
        consultPolicy(
          { store, log, policy, desk: this.#desk, answers: this.#answers, announcer: this.#announcer },
          escalation,
        ),
      announce: (escalation) => this.#announcer.announce(escalation),
      learned: (escalation) => this.#threads.learned(escalation),
      closed: (escalation) => this.#closed(escalation),
      failed: (error) => log.error({ error: errorMessage(error) }, 'an escalation could not be announced'),
    })
    this.parking = new Parking(this.#desk)
    this.#answers = new AnswerDesk({
      ...{ store, desk: this.#desk, clock, settings, tell, subject },
      deliver: options.deliver,
      waits: options.waits,
      interrupted: (id) => void this.#recover(store.find(id)),
    })
    this.#threads = new Correspondence({
      ...{ store, clock, log, comms },
      answer: (id, choice, who) => this.#answers.receive(id, choice, who),
    })
    this.#announcer = new Announcer({
      ...{ store, clock, comms, tell },
      people: options.people,
      listen: (mailbox, thread) => this.#threads.listen(mailbox, thread),
    })
    this.#sweep = new Sweep({ ...{ store, desk: this.#desk, clock, log, subject, subjects } })
    this.#retention = new Retention({ store, clock, log, settings, subject })
  }

  /** Goes on with what earlier services left open. Call when the sessions were found again. */
  start(): void {
    this.#started = true
    const { unreadable, unsettled } = this.#store.load()
    for (const problem of unreadable)
      this.#options.log.error(problem, 'the record of an escalation cannot be read')
    this.#threads.resume(unsettled)
    for (const escalation of this.#store.open()) this.#guarded(() => this.#resume(escalation))
    for (const subject of this.#options.subjects()) this.#guarded(() => this.#blocked(subject))
    this.#sweep.start()
    this.#retention.start()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#sweep.stop()
    this.#retention.stop()
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

  /** Those that are open, and those that were closed at this time (ms) or later; the oldest first. */
  since(time: number): Escalation[] {
    const found = [...this.#store.open(), ...this.#store.closedSince(time)]
    return found.sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1))
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

  /** An answer that waited in a mailbox has come to its end. */
  settled(id: string, answer: string, settlement: Settlement): void {
    this.#answers.settled(id, answer, settlement)
  }

  /** Passes it up. @throws {OrchError} `escalation-not-found`, `already-answered`, `usage` at the top */
  raise(reference: string, by: string, reason: string, to?: Level): Escalation {
    const escalation = this.#mustBeOpen(reference)
    const { id } = escalation
    this.#desk.raise(id, by, reason, levelToRaise(escalation, to))
    return this.#store.find(id)
  }

  /** Somebody is on it; the clock stands for `ms`. */
  acknowledge(reference: string, by: string, ms: number | undefined): Escalation {
    return this.#hold(reference, by, 'ack', ms ?? this.#options.settings().ack)
  }

  /** Nobody is told of it for `ms`. */
  snooze(reference: string, by: string, ms: number): Escalation {
    return this.#hold(reference, by, 'snooze', ms)
  }

  /** The oldest one that somebody, a mailbox or `human`, should look at: open, asked of them, not held. */
  next(who: string | undefined): Escalation | undefined {
    const now = this.#options.clock.now()
    return this.#store
      .open()
      .find(
        (one) => one.level !== 'policy' && heldUntil(one) <= now && (who === undefined || isAsked(one, who)),
      )
  }

  /** Somebody types into a session: at its keyboard, or with `inject`. */
  typing(session: string, via: Parameters<typeof closingOf>[0]): void {
    this.#typed.set(session, { at: this.#options.clock.now(), via })
  }

  /** A terminal is there, or there again: what is to be seen in it may be old. */
  reached(): void {
    if (!this.#started) return
    for (const { id } of this.#options.subjects()) this.#guarded(() => this.#mark(id))
  }

  /** The agent of a session has told at its hook that it asks: rules that had only the screen are asked again. */
  reported(session: string): void {
    this.#guarded(() => {
      const escalation = this.#desk.openOf(session)
      if (escalation?.policy?.reported !== false || this.#answers.isDelivering(escalation.id)) return
      this.#desk.consult(escalation.id)
    })
  }

  /** What an agent without a terminal waits for; told again of the same this changes nothing. */
  blocked(subject: Subject): void {
    if (this.#started) this.#guarded(() => this.#blocked(subject))
  }

  /** It does not wait for it any more, and `why` is known. */
  unblocked(session: string, blocker: Blocker, why: string): void {
    this.#guarded(() => {
      const escalation = this.#desk.openAbout(session, blocker)
      if (escalation && !this.#answers.isDelivering(escalation.id))
        this.#desk.close(escalation.id, 'withdrawn', why)
    })
  }

  openAbout(session: string, blocker: Blocker): Escalation | undefined {
    return this.#desk.openAbout(session, blocker)
  }

  /** What the journal tells of the sessions. Whoever tells it has other things to do than to hear of our troubles. */
  heard(event: OrchEvent): void {
    if (!this.#started || !('session' in event)) return
    this.#guarded(() => {
      const subject = this.#options.subject(event.session)
      if (event.type === 'blocker' && subject) this.#desk.blocked(subject, event.blocker)
      if (event.type === 'blocker') this.#mark(event.session)
      if (event.type === 'prompt' && subject) this.#desk.learned(subject, event.blocker)
      if (event.type === 'unblocked') this.#unblocked(event.session, event.blocker)
      if (event.type === 'exited' || event.type === 'closed') this.#ended(event.session, event.type)
    })
  }

  #hold(reference: string, by: string, how: Hold['how'], ms: number): Escalation {
    const escalation = this.#mustBeOpen(reference)
    const { id, session, name, task } = escalation
    const { clock, tell } = this.#options
    const now = clock.now()
    const at = new Date(now).toISOString()
    const until = new Date(now + ms).toISOString()
    this.#desk.update(id, held(escalation, { at, by, how, until }))
    tell({ type: 'escalation-held', escalation: id, session, name, task, from: by, how, until })
    this.#desk.step(id)
    return this.#store.find(id)
  }

  /** The prompt is gone. An answer that is being typed closes the escalation itself. */
  #unblocked(session: string, blocker: Blocker): void {
    const escalation = this.#desk.openAbout(session, blocker)
    if (!escalation || this.#answers.isDelivering(escalation.id)) return
    if (this.#closeTyped(escalation)) return
    const closing = 'the prompt went away by itself, or was answered in the terminal'
    this.#desk.close(escalation.id, 'withdrawn', closing)
  }

  /** Whoever typed a moment ago has answered it. */
  #closeTyped({ id, session }: Escalation): boolean {
    const typed = this.#typed.get(session)
    if (!typed || this.#options.clock.now() - typed.at > typedMs) return false
    const { outcome, closing, who } = closingOf(typed.via)
    this.#desk.close(id, outcome, closing, who)
    return true
  }

  #ended(session: string, how: 'exited' | 'closed'): void {
    const why = how === 'closed' ? 'the session was closed' : 'the program has ended'
    for (const escalation of this.#store.open()) {
      if (escalation.session !== session || this.#answers.isDelivering(escalation.id)) continue
      if (how === 'exited' && this.#closeTyped(escalation)) continue
      this.#desk.close(escalation.id, ...sessionOver(escalation, how, why))
    }
  }

  #blocked(subject: Subject): void {
    const { waitsFor } = subject.record
    if (waitsFor) this.#desk.blocked(subject, waitsFor)
    this.#mark(subject.id)
  }

  #resume(escalation: Escalation): void {
    const { id } = escalation
    this.#announcer.resume(escalation)
    if (deliveringAnswer(escalation)) {
      void this.#recover(escalation)
      return
    }
    const { subject, isUnreadable } = this.#options
    const over = overMeanwhile(escalation, subject(escalation.session), isUnreadable)
    if (over) this.#desk.close(id, ...over)
    else this.#desk.resume(escalation)
  }

  async #recover(escalation: Escalation): Promise<void> {
    try {
      const failed = await this.#answers.recover(escalation, this.#stopping.signal)
      if (failed) this.#threads.notTaken(escalation, failed)
    } catch (error) {
      this.#options.log.error(
        { error: errorMessage(error), escalation: escalation.id },
        'what became of an answer could not be found out',
      )
    }
  }

  #closed(escalation: Escalation): void {
    this.#mark(escalation.session)
    this.#threads.closed(escalation)
    this.#sweep.closed(escalation.session)
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

  #guarded(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#options.log.error({ error: errorMessage(error) }, 'an escalation failed; it is tried again')
    }
  }
}
