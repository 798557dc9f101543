/** What a session knows about itself: variables with their values, and the news of their changes. */
import { isDeepStrictEqual } from 'node:util'
import type { VariableValue } from '../session-types.ts'
import { Throttle } from './throttle.ts'

/** Changes are told at most this often, the first at once: a flood of titles is not a flood of events. */
const intervalMs = 1_000 / 60

/** Values of one variable that are told one by one within an interval. */
const maxAnnounced = 16

export class Facts {
  readonly #values = new Map<string, VariableValue>()
  /** What listeners know of the changed ones. */
  readonly #told = new Map<string, VariableValue>()
  #announced = 0
  readonly #throttle: Throttle
  readonly #tell: (name: string, value: VariableValue) => void

  constructor(tell: (name: string, value: VariableValue) => void) {
    this.#tell = tell
    this.#throttle = new Throttle(intervalMs, () => {
      this.#announced = 0
      return this.flush()
    })
  }

  get(name: string): VariableValue {
    return this.#values.get(name) ?? null
  }

  all(): Record<string, VariableValue> {
    return Object.fromEntries(this.#values)
  }

  /** Null unsets. Nothing is told until `changed` or `flush`. */
  set(name: string, value: VariableValue): void {
    const before = this.get(name)
    if (isDeepStrictEqual(before, value)) return
    if (!this.#told.has(name)) this.#told.set(name, before)
    if (value === null) this.#values.delete(name)
    else this.#values.set(name, value)
  }

  /** Sets a value of which every one counts, so that the next does not hide it; a flood is thinned out. */
  announce(name: string, value: VariableValue): void {
    if (this.#told.has(name) && this.#announced < maxAnnounced) {
      this.#announced++
      this.flush()
    }
    this.set(name, value)
  }

  setAll(values: Record<string, VariableValue>): void {
    for (const [name, value] of Object.entries(values)) this.set(name, value)
  }

  /** Tells what changed: now, or at the end of the interval. */
  changed(): void {
    if (this.#told.size > 0) this.#throttle.request()
  }

  /** Tells what changed at once. True when there was anything. */
  flush(): boolean {
    const changes = [...this.#told]
    this.#told.clear()
    for (const [name, before] of changes) {
      const value = this.get(name)
      if (!isDeepStrictEqual(before, value)) this.#tell(name, value)
    }
    return changes.length > 0
  }

  stop(): void {
    this.#throttle.stop()
  }
}
