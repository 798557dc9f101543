/** Writes what the steps of a run print, line by line, with time, run, step and stream. */

import { LogFile, type Lost } from '../lib/log-file.ts'
import { type LogStream, logPrefix } from './log-line.ts'
import type { Task } from './task.ts'

/** A line that is longer is written in parts. */
const longestPartBytes = 16 * 1024
/** A line without its end (a question, a progress bar) is written after this time. */
const patienceMs = 1_000

export class RunLog {
  readonly #run: string
  readonly #file: LogFile
  readonly #now: () => number

  constructor(path: string, run: string, limits: Task['log'], now: () => number = Date.now) {
    this.#run = run
    this.#now = now
    this.#file = new LogFile(path, limits, (lost) => this.#lossNote(lost))
  }

  set onLost(told: (lost: Lost) => void) {
    this.#file.onLost = told
  }

  /** A line of the task process's own. */
  note(step: string, text: string): void {
    this.#file.write(Buffer.from(`${this.prefix(step, 'note')}${text.replaceAll('\n', ' ')}\n`))
  }

  /** Takes the output of one stream of a step. */
  stream(step: string, stream: 'stdout' | 'stderr'): StreamLog {
    return new StreamLog((goesOn) => this.prefix(step, stream, goesOn), this.#file)
  }

  close(): void {
    this.#file.close()
  }

  prefix(step: string, stream: LogStream, goesOn = false): string {
    return logPrefix(new Date(this.#now()).toISOString(), this.#run, step, stream, goesOn)
  }

  #lossNote({ lines, bytes, why }: Lost): Buffer {
    const text = `${lines} lines (${bytes} bytes) could not be written: ${why}`
    return Buffer.from(`${this.prefix('', 'note')}${text}\n`)
  }
}

export class StreamLog {
  readonly #prefix: (goesOn: boolean) => string
  readonly #file: LogFile
  /** The beginning of a line, as bytes. */
  #rest = ''
  #timer: NodeJS.Timeout | undefined

  constructor(prefix: (goesOn: boolean) => string, file: LogFile) {
    this.#prefix = prefix
    this.#file = file
  }

  push(chunk: Buffer): void {
    // Latin-1 keeps every byte, and splits and joins ten times faster than one buffer for each line.
    const text = this.#rest + chunk.toString('latin1')
    const end = text.lastIndexOf('\n')
    this.#rest = text.slice(end + 1)
    if (end >= 0) this.#write(text.slice(0, end), false)
    while (this.#rest.length > longestPartBytes) this.#writePart(longestPartBytes)
    this.#wait()
  }

  /** Nothing more will come: what is left is a line. */
  end(): void {
    clearTimeout(this.#timer)
    if (this.#rest !== '') this.#write(this.#rest, false)
    this.#rest = ''
  }

  #wait(): void {
    clearTimeout(this.#timer)
    if (this.#rest === '') return
    this.#timer = setTimeout(() => this.#writePart(this.#rest.length), patienceMs).unref()
  }

  #writePart(length: number): void {
    const part = this.#rest.slice(0, wholeCharacters(this.#rest, length))
    this.#rest = this.#rest.slice(part.length)
    this.#write(part, true)
  }

  #write(lines: string, goesOn: boolean): void {
    const prefix = this.#prefix(goesOn)
    this.#file.write(Buffer.from(`${prefix}${lines.replaceAll('\n', `\n${prefix}`)}\n`, 'latin1'))
  }
}

/** Where to cut bytes of UTF-8 at or before `length`; bytes that are no UTF-8 are cut anywhere. */
function wholeCharacters(bytes: string, length: number): number {
  for (let at = length; at > Math.max(0, length - 4); at--) {
    const next = bytes.charCodeAt(at)
    if (at >= bytes.length || (next & 0xc0) !== 0x80) return at
  }
  return length
}
