/** Shows a log of JSON records (pino) to people. */
import { formatRecord } from '../lib/log-record.ts'
import { followLines, lastLines, logEnd } from '../lib/rotated-log.ts'
import type { Output } from './output.ts'

/**
 * Prints the last lines of the log at `path`, then, when there is a `signal`, what is added until it aborts, also
 * after the log was rotated.
 */
export async function showLog(path: string, count: number, out: Output, signal?: AbortSignal): Promise<void> {
  const end = logEnd(path)
  const lines = lastLines(path, count)
  const show = (line: string) => out.line(out.json ? line : formatRecord(line))
  if (lines.length === 0) out.note('There is no log yet.')
  for (const line of lines) show(line)
  if (!signal) return
  for await (const line of followLines(path, end, signal)) show(line)
}
