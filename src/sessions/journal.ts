/** Tells the events of the sessions to whoever listens, and keeps them in `events.jsonl`. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { EventEmitter } from 'eventemitter3'
import { systemErrorCode } from '../lib/errors.ts'
import { newTimeOrderedId } from '../lib/ids.ts'
import { appendJsonLine } from '../lib/jsonl.ts'
import { redact } from '../lib/redact.ts'
import { OrchEvent } from './session-info.ts'

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

  /** The stored events after the one with this id, as far back as the end of the file reaches. */
  after(id: string): OrchEvent[] {
    try {
      return readTail(this.#path)
        .split('\n')
        .flatMap(parseEvent)
        .filter((event) => event.id > id)
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') this.#onError(error)
      return []
    }
  }
}

/** A torn line, or an event of another version, is left out. */
function parseEvent(line: string): OrchEvent[] {
  try {
    const event = OrchEvent.safeParse(JSON.parse(line))
    return event.success ? [event.data] : []
  } catch {
    return []
  }
}

/** Reads at most so much of the end of the file, in bytes: about twenty thousand events. */
const longestTail = 8 * 1024 * 1024

function readTail(path: string): string {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const buffer = Buffer.alloc(Math.min(size, longestTail))
    const read = readSync(file, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8', 0, read)
  } finally {
    closeSync(file)
  }
}

function forStorage(event: OrchEvent): object {
  return JSON.parse(JSON.stringify(event), (_key, value: unknown) =>
    typeof value === 'string' ? redact(value).slice(0, maxTextLength) : value,
  )
}
