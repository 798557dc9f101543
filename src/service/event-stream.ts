/** Server-sent events for one client: with heartbeats, and never more waiting than a bound. */
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'

/** A quiet stream says that it lives this often, so that a dead peer is noticed. */
const heartbeatMs = 15_000
/** Items that wait for a slow client; beyond this it is cut off and has to connect again. */
const maxWaiting = 5_000

export interface StreamItem {
  id?: string
  data: string
}

/**
 * Answers with a stream. `begin` gets a function that takes items, and the signal of the stream's end; the
 * stream ends when its promise does, with an `end` event.
 */
export function eventStream(
  context: Context,
  begin: (push: (item: StreamItem) => void, signal: AbortSignal) => Promise<void>,
): Response {
  return streamSSE(context, async (stream) => {
    const ending = new AbortController()
    const waiting: StreamItem[] = []
    let wake: (() => void) | undefined
    stream.onAbort(() => ending.abort())
    ending.signal.addEventListener('abort', () => wake?.())
    const heartbeat = setInterval(() => stream.write(': alive\n\n').catch(() => ending.abort()), heartbeatMs)
    const push = (item: StreamItem) => {
      if (waiting.length >= maxWaiting) ending.abort()
      else waiting.push(item)
      wake?.()
    }
    try {
      // The first bytes tell the client that it is subscribed.
      await stream.write(': connected\n\n')
      const source = begin(push, ending.signal)
      let over = false
      const finish = () => {
        over = true
        wake?.()
      }
      source.then(finish, finish)
      while (!ending.signal.aborted) {
        const item = waiting.shift()
        if (item) await stream.writeSSE(item)
        else if (over) break
        else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
      if (over && !ending.signal.aborted) {
        await source
        await stream.writeSSE({ event: 'end', data: '{}' })
      }
    } finally {
      clearInterval(heartbeat)
      ending.abort()
    }
  })
}
