import { randomBytes, randomUUID } from 'node:crypto'

/** An upper-case UUID, the form that iTerm2 gives to session ids. */
export function newUuid(): string {
  return randomUUID().toUpperCase()
}

/** Random lower-case hex digits, two for each byte. */
export function randomToken(bytes = 6): string {
  return randomBytes(bytes).toString('hex')
}

let lastMilliseconds = 0
let sequence = 0

/**
 * An id that sorts by time of creation: 9 base-36 digits of milliseconds, 3 of a sequence within the
 * millisecond, 8 random hex digits. Strictly increasing within a process, unique across processes.
 */
export function newTimeOrderedId(now: number = Date.now()): string {
  if (now > lastMilliseconds) {
    lastMilliseconds = now
    sequence = 0
  } else {
    sequence += 1
  }
  const time = lastMilliseconds.toString(36).padStart(9, '0')
  const order = sequence.toString(36).padStart(3, '0')
  return `${time}${order}${randomToken(4)}`
}

/** When an id that {@link newTimeOrderedId} made was made, in ms. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 9), 36)
}
