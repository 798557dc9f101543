/** Facts on their way to the client: no repetitions, and never more than it can take. */
import type { TapFact } from '../tap-message.ts'

/** A value that changes all the time (a spinner in the title) is told at most 20 times a second. */
const valueIntervalMs = 50

/** Events (reports, notifications, prompts): a burst of so many, and then 20 a second. */
const eventBurst = 32
const eventIntervalMs = 50

/** Events that wait; the oldest go. Their client has other things to read as well. */
const maxWaiting = 64

/** Reports are told apart by id, of which a terminal keeps 256. */
const maxSlots = 512

interface Waiting {
  slot: string
  fact: TapFact
}

export class Outbox {
  /** What is known to the client, as JSON, by slot; the least recently told first. */
  readonly #told = new Map<string, string>()
  readonly #values = new Map<string, TapFact>()
  readonly #toldAt = new Map<string, number>()
  #events: Waiting[] = []
  #tokens = eventBurst
  #filledAt = Number.NEGATIVE_INFINITY

  /** A value of which only the last counts. */
  offerValue(fact: TapFact): void {
    this.#values.delete(fact.type)
    if (this.#told.get(fact.type) !== JSON.stringify(fact)) this.#values.set(fact.type, fact)
  }

  /**
   * An event, of which each counts. With a slot, one that says what the slot's last said is left out, and while
   * there are too many, a later one takes the place of an earlier.
   */
  offerEvent(fact: TapFact, slot = ''): void {
    const waits = this.#events.findIndex((event) => slot !== '' && event.slot === slot)
    if (waits < 0 && slot !== '' && this.#told.get(slot) === JSON.stringify(fact)) return
    if (waits >= 0) this.#events.splice(waits, 1)
    this.#events.push({ slot, fact })
    if (this.#events.length > maxWaiting) this.#events.shift()
  }

  /** What was told in slots that begin so may be told again. */
  forget(beginning: string): void {
    for (const slot of this.#told.keys()) if (slot.startsWith(beginning)) this.#told.delete(slot)
  }

  /** True when nothing waits. */
  get empty(): boolean {
    return this.#values.size === 0 && this.#events.length === 0
  }

  /** What may be told now, in order of its arrival within events and values. `now` in ms, of any clock. */
  take(now: number): TapFact[] {
    if (this.empty) return []
    this.#refill(now)
    const count = Math.min(Math.floor(this.#tokens), this.#events.length)
    this.#tokens -= count
    const events = this.#events.splice(0, count)
    for (const { slot, fact } of events) if (slot !== '') this.#remember(slot, fact)
    return [...this.#dueValues(now), ...events.map(({ fact }) => fact)]
  }

  /** Everything that waits, at the end. */
  takeAll(): TapFact[] {
    const facts = [...this.#values.values(), ...this.#events.map(({ fact }) => fact)]
    this.#values.clear()
    this.#events = []
    return facts
  }

  #dueValues(now: number): TapFact[] {
    const due: TapFact[] = []
    for (const [type, fact] of this.#values) {
      if (now - (this.#toldAt.get(type) ?? Number.NEGATIVE_INFINITY) < valueIntervalMs) continue
      this.#toldAt.set(type, now)
      this.#remember(type, fact)
      this.#values.delete(type)
      due.push(fact)
    }
    return due
  }

  #refill(now: number): void {
    const gained = (now - this.#filledAt) / eventIntervalMs
    this.#tokens = Math.min(eventBurst, this.#tokens + gained)
    this.#filledAt = now
  }

  #remember(slot: string, fact: TapFact): void {
    this.#told.delete(slot)
    this.#told.set(slot, JSON.stringify(fact))
    const [oldest] = this.#told.keys()
    if (this.#told.size > maxSlots && oldest !== undefined) this.#told.delete(oldest)
  }
}

/** How often whatever waits is looked at. */
export const outboxIntervalMs = valueIntervalMs
