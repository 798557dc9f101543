/** Tells the events of the sessions to whoever listens, and keeps them in `events.jsonl`. */
import { EventEmitter } from 'eventemitter3'
import { newTimeOrderedId } from '../lib/ids.ts'
import { appendJsonLine } from '../lib/jsonl.ts'
import { redact } from '../lib/redact.ts'
import type { OrchEvent } from './session-info.ts'

/** Longest text that is stored of any field; a record has to fit into one line of the file (64 KiB). */
const maxTextLength = 4_000

type WithoutBase<E> = E extends OrchEvent ? Omit<E, 'id' | 'ts'> : never
export type NewEvent = WithoutBase<OrchEvent>

export class Journal extends EventEmitter<{ event: [OrchEvent] }> {
  readonly #path: string
  readonly #onError: (error: unknown) => void

  /** @param onError told when an event could not be written; it is streamed nevertheless */
  constructor(path: string, onError: (error: unknown) => void) {
    super()
    this.#path = path
    this.#onError = onError
  }

  /** Stores the event (all but `screen`), redacted, and tells it. */
  add(event: NewEvent): OrchEvent {
    const full: OrchEvent = { id: newTimeOrderedId(), ts: new Date().toISOString(), ...event }
    if (full.type !== 'screen') {
      try {
        appendJsonLine(this.#path, forStorage(full))
      } catch (error) {
        this.#onError(error)
      }
    }
    this.emit('event', full)
    return full
  }
}

function forStorage(event: OrchEvent): object {
  return JSON.parse(JSON.stringify(event), (_key, value: unknown) =>
    typeof value === 'string' ? redact(value).slice(0, maxTextLength) : value,
  )
}
