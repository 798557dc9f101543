/** Writes one answer as server-sent events, at the pace that the reply wants. */
import type { ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { ReplyStream } from './dialect.ts'

export function openStream(response: ServerResponse): ReplyStream {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.on('error', () => gone.abort())
  // Someone who went away waits for nothing more; writing to them is harmless.
  const pause = async (milliseconds = 0) => {
    if (milliseconds > 0) await delay(milliseconds, undefined, { signal: gone.signal }).catch(() => {})
  }
  return {
    pause,
    event(data, name) {
      if (response.destroyed) return
      response.write(`${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`)
    },
    async words(reply, write) {
      for (const [index, word] of wordsOf(reply.text ?? '').entries()) {
        // The words before are on their way when the connection goes.
        if (index === reply.breakAfter) await new Promise((resolve) => response.write('\n', resolve))
        if (index === reply.breakAfter) response.destroy()
        if (gone.signal.aborted || response.destroyed) return
        write(word)
        await pause(reply.pieceMs)
      }
    },
  }
}

/** Words with the space behind them: joined they are the text again. */
function wordsOf(text: string): string[] {
  return text.match(/\s*\S+\s*/g) ?? (text === '' ? [] : [text])
}
