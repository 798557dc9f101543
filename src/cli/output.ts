/** Where commands write: results on standard output, everything about them on standard error. */
import { createStyles, type Styles, wantsColor } from './styles.ts'

/** The flags that hold for every command, wherever they stand on the command line. */
export interface GlobalFlags {
  json: boolean
  debug: boolean
  color: boolean
}

export class Output {
  readonly json: boolean
  /** Standard output is a terminal, and people read it. */
  readonly interactive: boolean
  readonly style: Styles
  readonly errorStyle: Styles
  readonly #closed = new AbortController()

  constructor(flags: GlobalFlags, env: NodeJS.ProcessEnv = process.env) {
    this.json = flags.json
    this.interactive = Boolean(process.stdout.isTTY) && !flags.json
    this.style = createStyles(!flags.json && wantsColor(env, Boolean(process.stdout.isTTY), flags.color))
    this.errorStyle = createStyles(!flags.json && wantsColor(env, Boolean(process.stderr.isTTY), flags.color))
    for (const stream of [process.stdout, process.stderr]) stream.on('error', this.#onStreamError)
  }

  /** Columns of the terminal; Infinity when nobody looks, so that nothing is cut off. */
  get width(): number {
    return process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY
  }

  /** Aborts when the reader of standard output went away (`iterm-orch watch | head`). */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** A line for people; several when it contains newlines. */
  line(text = ''): void {
    this.write(`${text}\n`)
  }

  write(text: string): void {
    if (!this.closed.aborted) process.stdout.write(text)
  }

  /** The result of a command for programs. */
  result(value: unknown): void {
    this.line(JSON.stringify(value, null, 2))
  }

  /** One object of a stream for programs: one line. */
  record(value: unknown): void {
    this.line(JSON.stringify(value))
  }

  /** What a person should know beside the result. */
  note(text: string): void {
    process.stderr.write(`${text}\n`)
  }

  /** Replaces the last line of progress; only on a terminal. An empty text takes it away. */
  progress(text: string): void {
    if (process.stderr.isTTY && !this.json) process.stderr.write(`\r\u001b[K${text}`)
  }

  // Whoever read our output may stop at any time; that is no failure of ours.
  readonly #onStreamError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error
    this.#closed.abort()
  }
}
