/** Reads the log of a task: its last lines, and what is added to it, over rotations. */
import { followLines, type LogPosition, newestLines } from '../lib/rotated-log.ts'
import { type LogLine, parseLogLine } from './log-line.ts'

/** A line of the log; one that is no line of ours, such as what Node says when it cannot begin, has only a text. */
export type ReadLine = LogLine | { text: string }

/** The last lines that fit, the oldest first; from older files where the newest has not enough. */
export function lastLogLines(path: string, count: number, fits: (line: ReadLine) => boolean): ReadLine[] {
  const found: ReadLine[] = []
  for (const line of newestLines(path)) {
    if (found.length >= count) break
    const read = toLine(line)
    if (fits(read)) found.push(read)
  }
  return found.reverse()
}

/** {@link followLines} of a task's log. */
export async function* followLog(
  path: string,
  position: LogPosition,
  until: AbortSignal,
  finished?: () => boolean,
): AsyncGenerator<ReadLine, void, void> {
  for await (const line of followLines(path, position, until, finished)) yield toLine(line)
}

/** Puts together the parts of lines that were too long, or came slowly. */
export class LineJoiner {
  readonly #parts = new Map<string, string>()

  /** Undefined while the line goes on. */
  take(line: ReadLine): ReadLine | undefined {
    if (!('stream' in line)) return line
    const key = `${line.run} ${line.step} ${line.stream}`
    const text = (this.#parts.get(key) ?? '') + line.text
    this.#parts.delete(key)
    if (!line.goesOn) return { ...line, text }
    this.#parts.set(key, text)
    return undefined
  }
}

function toLine(text: string): ReadLine {
  return parseLogLine(text) ?? { text }
}
