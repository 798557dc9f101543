/** What is said about escalations in the threads where they were announced: replies, and what became of them. */
import type { Clock } from '../lib/clock.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Answerer } from './authority.ts'
import { type Choice, type Escalation, isOpen, type ReceivedAnswer, wasReceived } from './escalation.ts'
import { sameAgainMs } from './escalation-desk.ts'
import type { EscalationStore } from './escalation-store.ts'
import { closeInMailbox, replyInMailbox, tellPrompt } from './mail-channel.ts'
import type { Reply } from './thread-reply.ts'
import { ThreadWatch } from './thread-watch.ts'

export interface CorrespondenceOptions {
  store: EscalationStore
  clock: Clock
  log: Logger
  comms(): string
  /** An answer that stood in a thread. @throws {OrchError} why it is not taken */
  answer(id: string, choice: Choice, who: Answerer): Promise<unknown>
}

/** Replies to what is closed are told so for this long. */
const listenAfterMs = 600_000

export class Correspondence {
  readonly #options: CorrespondenceOptions
  readonly #threads: ThreadWatch
  /** Closed a while ago at most: late replies are told so. */
  readonly #recent = new Map<string, Escalation>()

  constructor(options: CorrespondenceOptions) {
    this.#options = options
    const { comms, log } = options
    this.#threads = new ThreadWatch({
      ...{ comms, log },
      announcedIn: (mailbox, thread) => this.#announcedIn(mailbox, thread),
      replied: (reply, mailbox) => this.#replied(reply, mailbox),
    })
  }

  listen(mailbox: string, thread: string): void {
    this.#threads.listen(mailbox, thread)
  }

  /** @param unsettled closed when the service was killed, before everyone was told */
  resume(unsettled: readonly Escalation[]): void {
    const { store, clock } = this.#options
    for (const escalation of store.closedSince(clock.now() - listenAfterMs)) this.#remember(escalation)
    for (const escalation of unsettled) this.#tellEnd(escalation)
  }

  /** It is over. One that was withdrawn may come back in a moment, and is not taken back before. */
  closed(escalation: Escalation): void {
    this.#remember(escalation)
    if (escalation.outcome !== 'withdrawn') {
      this.#tellEnd(escalation)
      return
    }
    this.#options.clock.after(sameAgainMs, () => {
      const known = this.#known(escalation.id)
      if (known && !isOpen(known)) this.#tellEnd(known)
    })
  }

  /** Its prompt was read after it was announced. */
  learned(escalation: Escalation): void {
    for (const to of mailboxesTold(escalation))
      this.#guarded(() => tellPrompt(this.#options.comms(), to, escalation))
  }

  /** An answer from a thread has failed after all. */
  notTaken(escalation: Escalation, { message, why = '' }: ReceivedAnswer): void {
    if (message === undefined) return
    for (const to of mailboxesTold(escalation))
      this.#guarded(() => replyInMailbox(this.#options.comms(), to, escalation, message, why))
  }

  stop(): Promise<void> {
    return this.#threads.stop()
  }

  #tellEnd(escalation: Escalation): void {
    const told = mailboxesTold(escalation).map((to) =>
      this.#guarded(() => closeInMailbox(this.#options.comms(), to, escalation)),
    )
    // What could not be told stays unsettled, for the next service.
    if (told.every((done) => done)) this.#options.store.settle(escalation.id)
  }

  #remember(escalation: Escalation): void {
    this.#recent.set(escalation.id, escalation)
    for (const to of mailboxesTold(escalation)) this.#threads.listen(to, escalation.thread)
    this.#options.clock.after(listenAfterMs, () => {
      this.#recent.delete(escalation.id)
      for (const to of mailboxesTold(escalation)) {
        if (this.#announcedIn(to, escalation.thread).size === 0) this.#threads.forget(to, escalation.thread)
      }
    })
  }

  async #replied({ escalation: id, message, choice }: Reply, mailbox: string): Promise<void> {
    const known = this.#known(id)
    if (!known || wasReceived(known, message.id)) return
    try {
      const who = { from: message.from, via: 'thread' as const, message: message.id, mailbox }
      await this.#options.answer(id, choice, who)
    } catch (error) {
      const hint = error instanceof OrchError && error.hint !== undefined ? ` ${error.hint}` : ''
      const told = `${errorMessage(error)}${hint}`
      this.#guarded(() => replyInMailbox(this.#options.comms(), mailbox, known, message.id, told))
    }
  }

  #announcedIn(mailbox: string, thread: string): ReadonlyMap<string, Escalation> {
    const all = [...this.#recent.values(), ...this.#options.store.open()]
    const here = all.filter((one) => one.thread === thread && mailboxesTold(one).includes(mailbox))
    return new Map(here.map((one) => [one.id, one]))
  }

  #known(id: string): Escalation | undefined {
    try {
      return this.#options.store.get(id)
    } catch (error) {
      this.#options.log.error({ error: errorMessage(error) }, 'the record of an escalation cannot be read')
      return undefined
    }
  }

  #guarded(write: () => void): boolean {
    try {
      write()
      return true
    } catch (error) {
      this.#options.log.error({ error: errorMessage(error) }, 'a message could not be written to a thread')
      return false
    }
  }
}

function mailboxesTold({ told }: Escalation): string[] {
  return [...new Set(told.filter(({ channel }) => channel === 'mail').map(({ to }) => to))]
}
