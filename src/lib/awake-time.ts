import type { Clock } from './clock.ts'

/** A time is waited for in so many pieces, one after the other. */
const pieces = 5
/** A piece that took so many times as long as it should was no wait: this process stood still. */
const tooLong = 1.5

/**
 * As `clock.after`, for giving up on an answer. Where this process stands still (it was stopped, the computer slept, a
 * synchronous call took long), timers come due before what arrived meanwhile is looked at: such a time is not counted.
 *
 * @param ms in which no answer came while somebody looked for it
 */
export function afterAwake(clock: Clock, ms: number, action: () => void): () => void {
  const pieceMs = ms / pieces
  let left = pieces
  let cancel: () => void = () => {}
  const wait = () => {
    const began = clock.now()
    cancel = clock.after(pieceMs, () => {
      if (clock.now() - began <= pieceMs * tooLong + slackMs) left--
      if (left > 0) wait()
      else action()
    })
  }
  wait()
  return () => cancel()
}

/** Timers are late by some ms on a busy computer. */
const slackMs = 50
