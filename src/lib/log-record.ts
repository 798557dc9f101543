/** Records of pino as lines for people. */
import { shownText } from './shown-text.ts'

/** One record as `time level message {the rest}`; a line that is no record stays as it is. */
export function formatRecord(line: string): string {
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch {
    return shownText(line)
  }
  if (typeof record !== 'object' || record === null) return shownText(line)
  const { time, level, msg, pid: _pid, name: _name, ...rest } = record as Record<string, unknown>
  const when = typeof time === 'number' ? new Date(time).toISOString() : ''
  const levelName = typeof level === 'number' ? (levels[level] ?? String(level)) : ''
  const more = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`
  return shownText(`${when} ${levelName.padEnd(5)} ${typeof msg === 'string' ? msg : ''}${more}`)
}

/** Names of pino's levels, by number. */
const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}
