/** Waits until something is there, looking again whenever anything happens. */
import type { Journal } from '../sessions/journal.ts'

/** What comes without an event, such as the end of an `ack`, is seen after this at the latest, in ms. */
const lookAgainMs = 1_000

/** What `find` gives, as soon as it gives something; undefined after `waitMs`, or when `signal` aborts. */
export function waitForEvent<T>(
  journal: Journal,
  find: () => T | undefined,
  waitMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const end = (result: T | undefined) => {
      clearInterval(interval)
      clearTimeout(timeout)
      journal.off('event', look)
      signal.removeEventListener('abort', giveUp)
      resolve(result)
    }
    const look = () => {
      try {
        const found = find()
        if (found !== undefined) end(found)
      } catch (error) {
        end(undefined)
        reject(error)
      }
    }
    const giveUp = () => end(undefined)
    const interval = setInterval(look, lookAgainMs)
    const timeout = setTimeout(() => end(find()), waitMs)
    journal.on('event', look)
    signal.addEventListener('abort', giveUp, { once: true })
    look()
  })
}
