/** Looks for patterns in the lines that the steps print: for alerts, and for the probes of a daemon. */
import { redact } from '../lib/redact.ts'
import type { Run } from './run.ts'

/** Of a line; the rest of a longer one is not looked at. */
const longestLine = 4_096
const longestShown = 200

type Match = Run['matches'][number]

interface Watched {
  pattern: RegExp
  told(line: string, step: string): void
}

export class LineWatch {
  readonly #watched = new Set<Watched>()

  /** Calls back for every line that fits, until the result is called. */
  watch(pattern: string, told: (line: string, step: string) => void): () => void {
    const entry = { pattern: new RegExp(pattern, 'u'), told }
    this.#watched.add(entry)
    return () => this.#watched.delete(entry)
  }

  /** Takes the output of one stream of a step. */
  stream(step: string): (chunk: Buffer) => void {
    let rest = ''
    return (chunk) => {
      if (this.#watched.size === 0) return
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = (lines.pop() ?? '').slice(0, longestLine)
      for (const line of lines)
        this.#see(Buffer.from(line.slice(0, longestLine), 'latin1').toString('utf8'), step)
    }
  }

  #see(line: string, step: string): void {
    for (const { pattern, told } of this.#watched) if (pattern.test(line)) told(line, step)
  }
}

/** The matches with one more. */
export function withMatch(matches: readonly Match[], pattern: string, step: string, line: string): Match[] {
  const before = matches.find((match) => match.pattern === pattern)
  const shown = redact(line.slice(0, longestShown))
  const match = { pattern, count: (before?.count ?? 0) + 1, at: new Date().toISOString(), step, line: shown }
  return [...matches.filter((other) => other !== before), match]
}
