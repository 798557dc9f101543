/**
 * Brings to an agent what could not be typed because its terminal could not be reached: it waits in the
 * session's mailbox, and is read there or typed when the terminal is back, whichever comes first.
 */
import type { Clock } from '../../lib/clock.ts'
import { errorMessage, OrchError } from '../../lib/errors.ts'
import { newTimeOrderedId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { commsAt } from '../../mail/comms.ts'
import { mailboxAt } from '../../mail/mailbox.ts'
import { takeMessage, takerOf } from '../../mail/taker.ts'
import type { Session } from '../session.ts'
import { mailboxOf } from '../session-mailbox.ts'
import { enterKey } from '../typing/announcing.ts'
import { interrupted, type Way } from '../typing/way.ts'
import { byTerminal, type DeliveryAttempt, NotReached, type TypedDelivery } from './by-terminal.ts'
import { giveBack, putWaiting } from './delivery-message.ts'
import { type WaitingDelivery, WaitingStore } from './waiting-delivery.ts'

/** What became of it in the end. */
export interface Settlement {
  /** The way that brought it there; absent when none did. */
  by?: Way | 'mailbox'
  evidence: string
  /** The label of what was chosen. */
  chosen: string
  attempts: readonly DeliveryAttempt[]
  /** Why it was not taken. */
  error?: unknown
  /** What was on its way when it was cut off, as far as it is known. */
  sent?: readonly string[]
}

export type DeliveryTarget = Pick<Session, 'id' | 'name' | 'record' | 'inject' | 'answer' | 'finish'>

export interface DeliveryQueueOptions {
  directory: string
  clock: Clock
  log: Logger
  comms(): string
  session(id: string): DeliveryTarget | undefined
  /** Its bytes are on their way from now on. */
  typing?(delivery: WaitingDelivery): void
  settled(delivery: WaitingDelivery, settlement: Settlement): void
}

/** A terminal that came back without a word is noticed within this; then each time half as often, in ms. */
const firstRetryMs = 5_000
const longestRetryMs = 300_000
/** What else is typed is not held up for longer by a text that waits for its moment. */
const momentMs = 5_000

export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions
  readonly #store: WaitingStore
  readonly #waiting = new Map<string, WaitingDelivery>()
  readonly #trying = new Set<string>()
  #retryMs = firstRetryMs
  #cancelRetry: (() => void) | undefined
  #stopped = false

  constructor(options: DeliveryQueueOptions) {
    this.#options = options
    this.#store = new WaitingStore(options.directory)
  }

  /** Reads what earlier services left. */
  load(): void {
    const { log } = this.#options
    const unreadable = (path: string, reason: string) =>
      log.error({ path, reason }, 'a waiting delivery cannot be read')
    for (const delivery of this.#store.load(unreadable)) this.#waiting.set(delivery.id, delivery)
  }

  /** The answers that wait, by their ids. */
  hasAnswer(answer: string): boolean {
    return [...this.#waiting.values()].some(({ about }) => about?.answer === answer)
  }

  /**
   * It is on the disk and in the mailbox when this returns.
   *
   * @throws {OrchError} `mail-unwritable`; then nothing waits
   */
  put(
    { id: session, record }: DeliveryTarget,
    facts: Pick<WaitingDelivery, 'from' | 'why' | 'what' | 'about'>,
  ): WaitingDelivery {
    const { clock, comms } = this.#options
    const delivery: WaitingDelivery = {
      ...{ version: 1, id: newTimeOrderedId(), session, mailbox: mailboxOf(record), thread: record.thread },
      ...{ at: new Date(clock.now()).toISOString(), stage: 'waiting', ...facts },
    }
    this.#store.save(delivery)
    try {
      putWaiting(comms(), delivery)
    } catch (error) {
      this.#store.remove(delivery.id)
      throw error
    }
    this.#waiting.set(delivery.id, delivery)
    this.#retryMs = firstRetryMs
    this.#schedule()
    return delivery
  }

  /** Tries all of them now: a terminal is back, a session has ended, or the service has just started. */
  wake(): void {
    this.#retryMs = firstRetryMs
    void this.#tryAll()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelRetry?.()
  }

  #schedule(): void {
    this.#cancelRetry?.()
    if (this.#waiting.size === 0 || this.#stopped) return
    this.#cancelRetry = this.#options.clock.after(this.#retryMs, () => {
      this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
      void this.#tryAll()
    })
  }

  async #tryAll(): Promise<void> {
    // In order within a session; one that hangs does not hold up the others.
    const all = [...this.#waiting.values()]
    const sessions = [...new Set(all.map(({ session }) => session))]
    await Promise.all(sessions.map((id) => this.#tryInOrder(all.filter(({ session }) => session === id))))
    this.#schedule()
  }

  async #tryInOrder(deliveries: readonly WaitingDelivery[]): Promise<void> {
    for (const { id } of deliveries) {
      const delivery = this.#waiting.get(id)
      if (!delivery || this.#trying.has(id) || this.#stopped) continue
      this.#trying.add(id)
      try {
        const settlement = await this.#try(delivery)
        if (settlement && !this.#stopped) this.#settle(id, settlement)
      } catch (error) {
        this.#options.log.warn(
          { delivery: id, error: errorMessage(error) },
          'a delivery is tried again later',
        )
      } finally {
        this.#trying.delete(id)
      }
      // What was said first is typed first.
      if (this.#waiting.has(id)) return
    }
  }

  /** Undefined: it goes on waiting. */
  async #try(delivery: WaitingDelivery): Promise<Settlement | undefined> {
    const comms = commsAt(this.#options.comms())
    const mailbox = mailboxAt(comms, delivery.mailbox)
    // The service may have been killed before the message was written.
    putWaiting(comms.root, delivery)
    if (takerOf(comms, mailbox, delivery.id) === 'inbox') return readThere()
    const session = this.#options.session(delivery.session)
    if (!session || session.record.exit)
      return nobody('its session has ended; the message is in its mailbox.')
    // What is said to a program is not typed into the next one, however little is between the two.
    if (delivery.at < (session.record.startedAt ?? ''))
      return nobody('its program was started again since; the message is in its mailbox.')
    if (delivery.stage !== 'waiting')
      return (await this.#finished(session, delivery)) ?? this.#cutOff(delivery, interrupted())
    try {
      const { step, result, attempts } = await this.#type(session, delivery)
      return { by: step, attempts, ...result }
    } catch (error) {
      return this.#failed(delivery, error)
    }
  }

  #type(session: DeliveryTarget, { id, what }: WaitingDelivery): Promise<TypedDelivery<Typed>> {
    const typing = (bytes: string) => this.#begin(id, bytes)
    if (what.type === 'command') {
      const { type: _, ...text } = what
      return byTerminal(async (way) => {
        const injection = { ...text, submit: true, keys: [], waitMs: momentMs, way, typing }
        return { ...(await session.inject(injection)), chosen: text.text }
      })
    }
    const { fingerprint, askedAt, choice } = what
    return byTerminal((way) => session.answer({ ...choice, fingerprint, askedAt, typing }, { way }))
  }

  /** A text that stands in the input box without its Enter gets it. Of an answer the desk takes care. */
  async #finished(
    session: DeliveryTarget,
    { id, about, stage, typed }: WaitingDelivery,
  ): Promise<Settlement | undefined> {
    if (about || stage !== 'typing' || typed === undefined) return undefined
    const done = await session.finish({ typed, typing: (bytes) => this.#begin(id, bytes) })
    if (!done) return undefined
    const why = `it stood there without its Enter: ${done.evidence}`
    return { by: 'api', evidence: why, chosen: typed, attempts: [{ step: 'api', confirmed: true, why }] }
  }

  /** Right before the first byte, and before Enter: from here on nobody else gets it. */
  #begin(id: string, bytes: string): void {
    const delivery = this.#waiting.get(id)
    if (!delivery) throw new ReadMeanwhile()
    if (this.#stopped) throw new Stopped()
    const comms = commsAt(this.#options.comms())
    const mailbox = mailboxAt(comms, delivery.mailbox)
    if (takeMessage(comms, mailbox, id, 'terminal') === 'inbox') throw new ReadMeanwhile()
    const typing: WaitingDelivery =
      bytes === enterKey ? { ...delivery, stage: 'entering' } : { ...delivery, stage: 'typing', typed: bytes }
    this.#store.save(typing)
    this.#waiting.set(id, typing)
    this.#options.typing?.(typing)
  }

  #failed({ id }: WaitingDelivery, error: unknown): Settlement | undefined {
    if (error instanceof ReadMeanwhile) return readThere()
    const delivery = this.#waiting.get(id)
    if (error instanceof NotReached || !delivery) return undefined
    if (delivery.stage !== 'waiting') return this.#cutOff(delivery, error)
    // Nothing was typed: somebody's draft, a dialog, another program in front. It is tried again.
    return delivery.about ? { evidence: '', chosen: '', attempts: [], error } : undefined
  }

  /** It was typed, and nobody saw that it was taken. Of an answer the screen will tell, of a text nothing. */
  #cutOff(delivery: WaitingDelivery, error: unknown): Settlement {
    if (delivery.about) return { evidence: '', chosen: '', attempts: [], error, sent: sentOf(delivery) }
    const why = errorMessage(error)
    giveBack(this.#options.comms(), delivery, why)
    return nobody(`${why} It was given back to the mailbox.`)
  }

  #settle(id: string, settlement: Settlement): void {
    const delivery = this.#waiting.get(id)
    if (!delivery) return
    this.#waiting.delete(id)
    // Removed last: a service that is killed in between tells it again, and types nothing twice.
    this.#options.settled(delivery, settlement)
    this.#store.remove(id)
  }
}

interface Typed {
  evidence: string
  chosen: string
}

/** The agent has read it in its mailbox. */
class ReadMeanwhile extends OrchError {
  constructor() {
    super('already-answered', 'The agent has read it in its mailbox.')
  }
}

/** An attempt that was on its way when the service stopped leaves it to the next one. */
class Stopped extends OrchError {
  constructor() {
    super('service-unavailable', 'The service stops.')
  }
}

function sentOf({ typed, stage }: WaitingDelivery): string[] {
  return [...(typed === undefined ? [] : [typed]), ...(stage === 'entering' ? [enterKey] : [])]
}

function readThere(): Settlement {
  const evidence = 'the agent read it in its mailbox'
  return {
    by: 'mailbox',
    evidence,
    chosen: '',
    attempts: [{ step: 'mailbox', confirmed: true, why: evidence }],
  }
}

function nobody(why: string): Settlement {
  return {
    evidence: why,
    chosen: '',
    attempts: [],
    error: new OrchError('not-confirmed', `Not delivered: ${why}`),
  }
}
