/** Shows a log of JSON records (pino) to people. */
import { once } from 'node:events'
import { watch } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { formatRecord } from '../lib/log-record.ts'
import type { Output } from './output.ts'

/**
 * Prints the last lines of the log at `path`, then, when there is a `signal`, what is added until it aborts.
 */
export async function showLog(
  path: string,
  last: () => string[],
  out: Output,
  signal?: AbortSignal,
): Promise<void> {
  let offset = (await stat(path).catch(() => undefined))?.size ?? 0
  const lines = last()
  if (lines.length === 0) out.note('There is no log yet.')
  for (const line of lines) out.line(out.json ? line : formatRecord(line))
  if (!signal) return
  if (offset === 0) throw new Error('there is no log to follow yet')
  const changes = watch(path)
  signal.addEventListener('abort', () => changes.close(), { once: true })
  while (!signal.aborted) {
    offset = await showFrom(path, offset, out)
    await once(changes, 'change', { signal }).catch(() => undefined)
  }
}

/** Prints the whole lines after `offset`; gives the offset behind the last of them. */
async function showFrom(path: string, offset: number, out: Output): Promise<number> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const start = size < offset ? 0 : offset
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1
    const text = buffer.toString('utf8', 0, end)
    for (const line of text.split('\n').slice(0, -1)) out.line(out.json ? line : formatRecord(line))
    return start + end
  } finally {
    await file.close()
  }
}
