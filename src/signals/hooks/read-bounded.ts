/** Reads what an agent gives to its hook. */
import type { Readable } from 'node:stream'

/** So long the agent may take to hand over, in ms; it has all of it in hand when it starts us. */
const readMs = 500
/** So much is kept of it, in bytes; the rest is read and dropped, since the agent writes until the end. */
const maxBytes = 1024 * 1024

export function readBounded(input: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let kept = 0
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    }
    const timer = setTimeout(done, readMs)
    input.on('data', (chunk: Buffer) => {
      if (kept >= maxBytes) return
      chunks.push(chunk.subarray(0, maxBytes - kept))
      kept += chunk.length
    })
    input.once('end', done).once('error', done).once('close', done)
  })
}
