/**
 * Finds in the output of a step how far it is: a line `::progress 40 text`, a progress bar (OSC 9;4), or a report of
 * the Program Status Protocol (OSC 7501).
 */
import { readOsc9 } from '../lib/notes.ts'
import { plainText } from '../lib/plain-text.ts'
import { parseProgramReport } from '../lib/program-status/report.ts'
import type { Progress } from './run.ts'

/** The longest sequence of the protocol; a longer line is no report. */
const longestReport = 4_096
const longestText = 200

const lineWord = '::progress'
const osc = '\x1b]'
const reports =
  /(?:^|[\r\n])::progress[ \t]+(\d{1,3}(?:\.\d+)?)%?[ \t]*([^\r\n]{0,400})(?=[\r\n])|\x1b\](9|7501);([^\x07\x1b\r\n]{0,4096})(?:\x07|\x1b\\)/g

export class ProgressReader {
  /** The end of what came before: a report may come in pieces. */
  #rest = '\n'

  /** The last word of this piece; null: there is no progress any more; undefined: it says nothing. */
  push(chunk: Buffer): Progress | null | undefined {
    const begun = this.#rest.length > 1
    if (!begun && !mayReport(chunk)) {
      this.#rest = tailOf(this.#rest, chunk)
      return undefined
    }
    const text = this.#rest + chunk.toString('latin1')
    let last: Progress | null | undefined
    let done = 0
    for (const match of text.matchAll(reports)) {
      done = match.index + match[0].length
      const read = readReport(match)
      if (read !== undefined) last = read
    }
    this.#rest = unfinished(text.slice(done))
    return last
  }
}

function mayReport(chunk: Buffer): boolean {
  return chunk.includes(osc, 0, 'latin1') || chunk.includes(lineWord, 0, 'latin1')
}

/** What may be the beginning of a report, from its first character on; else only whether a line begins next. */
function unfinished(text: string): string {
  const tail = text.slice(-longestReport)
  const line = Math.max(tail.lastIndexOf('\n'), tail.lastIndexOf('\r'))
  const begins = Math.max(
    tail.lastIndexOf(osc),
    line >= 0 && couldBegin(tail.slice(line + 1)) ? line : -1,
    tail.endsWith('\x1b') ? tail.length - 1 : -1,
  )
  return begins >= 0 ? tail.slice(begins) : 'x'
}

function couldBegin(line: string): boolean {
  return lineWord.startsWith(line.slice(0, lineWord.length)) || line.startsWith(lineWord)
}

/** The same for a piece in which nothing begins but at its very end; a short one goes on with what came before. */
function tailOf(rest: string, chunk: Buffer): string {
  const tail = chunk.subarray(-lineWord.length - 1).toString('latin1')
  return unfinished(chunk.length > lineWord.length ? tail : rest + tail)
}

function readReport([, percent, text, number, data]: RegExpExecArray): Progress | null | undefined {
  if (percent !== undefined) return toProgress(Number(percent), decode(text ?? ''))
  if (number === '9') {
    const found = readOsc9(data ?? '')
    if (found === undefined || !('progress' in found)) return undefined
    return found.progress === null ? null : toProgress(found.progress.percent ?? undefined, '')
  }
  const report = parseProgramReport(data ?? '')
  // Other ids are of parts of the program.
  if (report === undefined || report.id !== '') return undefined
  if (report.state === 'clear') return null
  return toProgress(report.progress, report.msg ?? report.title ?? '')
}

function toProgress(percent: number | undefined, text: string): Progress {
  const shown = plainText(text.trim(), longestText)
  return {
    ...(percent === undefined ? {} : { percent: Math.min(100, percent) }),
    ...(shown === '' ? {} : { text: shown }),
  }
}

function decode(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}
