/** Reads what an agent prints while it works without a terminal, as it comes. Never throws. */
import { StringDecoder } from 'node:string_decoder'
import { plainText } from '../../lib/plain-text.ts'
import { readClaude } from './formats/claude.ts'
import { readCodex } from './formats/codex.ts'
import { copilotReader } from './formats/copilot.ts'
import { geminiReader } from './formats/gemini.ts'
import { readOpencode } from './formats/opencode.ts'
import type { OutputFormat } from './headless-shape.ts'
import { asObject, type Json } from './json.ts'
import type { FormatReader, HeadlessEvent, HeadlessReport } from './report.ts'

const readers: Record<Exclude<OutputFormat, 'text'>, () => FormatReader> = {
  claude: () => readClaude,
  codex: () => readCodex,
  gemini: geminiReader,
  opencode: () => readOpencode,
  copilot: copilotReader,
}

/** A longer line is dropped: the largest message seen is a file that was read, of some 100 kB. */
const longestLine = 16 * 1024 * 1024
/** Of text that is no message, so much is kept as its last words, in characters. */
const longestTail = 20_000
/** Longest line of an event, in characters. */
const longestEvent = 300

export class OutputReader {
  readonly #read: FormatReader | undefined
  readonly #decoder = new StringDecoder('utf8')
  readonly #report: HeadlessReport
  #line = ''
  /** The rest of a line that was too long is dropped. */
  #dropping = false
  /** The end of what is no message. */
  #tail = ''

  constructor(format: OutputFormat) {
    this.#read = format === 'text' ? undefined : readers[format]()
    this.#report = { ok: undefined, trouble: undefined, denied: [], output: { summary: '' }, strayLines: 0 }
  }

  /** @returns what happened, in the lines that are complete now */
  push(chunk: Uint8Array | string): HeadlessEvent[] {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.write(Buffer.from(chunk))
    const lines = (this.#line + text).split('\n')
    this.#line = lines.pop() ?? ''
    const events = lines.flatMap((line) => this.#take(line))
    if (this.#line.length > longestLine) {
      this.#dropping = true
      this.#line = ''
    }
    return events
  }

  /** Whatever came is all that there is. */
  end(): HeadlessReport {
    const rest = this.#line + this.#decoder.end()
    this.#line = ''
    if (rest !== '') this.#take(rest)
    return this.report
  }

  get report(): HeadlessReport {
    const { output } = this.#report
    if (output.summary !== '') return structuredClone(this.#report)
    return structuredClone({ ...this.#report, output: { ...output, summary: this.#tail.trim() } })
  }

  #take(line: string): HeadlessEvent[] {
    if (this.#dropping) {
      this.#dropping = false
      this.#report.strayLines += 1
      return []
    }
    const message = parsed(line)
    if (this.#read && message) {
      return this.#read(message, this.#report).map(({ kind, text }) => ({ kind, text: oneLine(text) }))
    }
    this.#tail = `${this.#tail}${line.slice(-longestTail)}\n`.slice(-longestTail)
    const shown = oneLine(line)
    if (shown === '') return []
    if (this.#read) {
      this.#report.strayLines += 1
      return []
    }
    return [{ kind: 'said', text: shown }]
  }
}

/** All of it at once. */
export function readOutput(format: OutputFormat, text: Uint8Array | string): HeadlessReport {
  const reader = new OutputReader(format)
  reader.push(text)
  return reader.end()
}

function parsed(line: string): Json | undefined {
  if (!line.trimStart().startsWith('{')) return undefined
  try {
    return asObject(JSON.parse(line))
  } catch {
    return undefined
  }
}

function oneLine(text: string): string {
  return plainText(text.slice(0, 4 * longestEvent).replace(/\s+/gu, ' '), longestEvent).trim()
}
