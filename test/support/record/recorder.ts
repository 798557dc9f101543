/** Runs an agent in a PTY and keeps what it prints as an asciicast v2, with markers at the screens of interest. */
import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Emulator } from '../../../src/host/session/emulator.ts'
import { Pty, type PtyProgram } from '../../../src/lib/pty/pty.ts'

/** Fields of the cast's header beside those of the format. */
export interface CastSource {
  /** The scenario. */
  title: string
  agent: string
  agent_version: string
}

/** `o` output, `i` input, `m` marker, `x` exit status; the time is in seconds. */
type CastEvent = [time: number, kind: 'o' | 'i' | 'm' | 'x', data: string]

const patienceMs = 20_000
/** A dialog that ignores keys at first has got over it; the rest of its frame is drawn. */
const freshMs = 250

/** What a terminal with a light background answers when it is asked for its colours. */
const black = '\x1b]10;rgb:0000/0000/0000\x1b\\'
const white = '\x1b]11;rgb:ffff/ffff/ffff\x1b\\'

export class Recorder {
  readonly #events: CastEvent[] = []
  readonly #light: boolean
  readonly #begin = performance.now()
  readonly #program: PtyProgram
  readonly #source: CastSource
  readonly #pty: Pty
  readonly #emulator: Emulator
  readonly #decoder = new TextDecoder()
  #lastOutput = performance.now()
  #ended = false

  /** @param look `light`: the terminal says that its background is white */
  constructor(program: PtyProgram, source: CastSource, look: { light?: boolean } = {}) {
    this.#light = look.light ?? false
    this.#program = program
    this.#source = source
    const { columns, rows } = program
    this.#emulator = new Emulator({ columns, rows, scrollback: 500 })
    this.#pty = new Pty(program, {
      output: (bytes) => this.#onOutput(bytes),
      gone: ({ exitCode }) => this.#add('x', String(exitCode)),
      end: () => {
        this.#ended = true
      },
    })
    this.#emulator.terminal.onData((answer) => void this.#pty.write(Buffer.from(answer)))
  }

  get ended(): boolean {
    return this.#ended
  }

  screen(): string {
    const { history, overflow } = this.#emulator.lineInfo()
    const first = history + overflow
    const range = { startX: 0, startY: first, endX: 0, endY: first + this.#emulator.rows }
    return (
      this.#emulator
        .readLines(range)
        // Cells that were never written are NUL.
        .map(({ text = '' }) => text.replaceAll('\0', ' ').trimEnd())
        .join('\n')
    )
  }

  /** @throws {Error} with the screen when the pattern does not come. */
  async until(pattern: RegExp): Promise<void> {
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await delay(30)) {
      if (pattern.test(this.screen())) return delay(freshMs)
      if (this.#ended) break
    }
    throw new Error(`${pattern} did not come up:\n${this.screen()}`)
  }

  /** Waits until nothing was printed for a while; a spinner never lets that happen, so not for ever. */
  async settled(quietMs: number, atMostMs: number): Promise<void> {
    for (const deadline = performance.now() + atMostMs; performance.now() < deadline; await delay(30)) {
      if (performance.now() - this.#lastOutput > quietMs) return
    }
  }

  /** Remembers the screen as it is now under a name. */
  mark(label: string): void {
    this.#add('m', label)
  }

  async keys(data: string, thenWaitMs = 400): Promise<void> {
    this.#add('i', data)
    await this.#pty.write(Buffer.from(data))
    await delay(thenWaitMs)
  }

  async submit(text: string): Promise<void> {
    await this.keys(`\x1b[200~${text}\x1b[201~`)
    await this.keys('\r', 100)
  }

  save(path: string): void {
    const { columns: width, rows: height } = this.#program
    const header = { version: 2, width, height, env: { TERM: 'xterm-256color' }, ...this.#source }
    writeFileSync(path, [header, ...this.#events].map((line) => `${JSON.stringify(line)}\n`).join(''))
  }

  /** Ends the agent with everything in its process group. */
  async end(): Promise<void> {
    try {
      process.kill(-this.#pty.pid, 'SIGKILL')
    } catch {
      // It ended by itself.
    }
    this.#pty.destroy()
    await delay(100)
    this.#emulator.dispose()
  }

  #onOutput(bytes: Buffer): void {
    this.#lastOutput = performance.now()
    const text = this.#decoder.decode(bytes, { stream: true })
    this.#add('o', text)
    this.#emulator.parse(bytes)
    // Claude Code reports its status only to terminals that answer this query.
    if (this.#light && text.includes('\x1b]10;?')) void this.#pty.write(Buffer.from(black))
    if (this.#light && text.includes('\x1b]11;?')) void this.#pty.write(Buffer.from(white))
    if (text.includes('\x1b]7501;?')) void this.#pty.write(Buffer.from('\x1b]7501;?\x1b\\'))
  }

  #add(kind: CastEvent[1], data: string): void {
    this.#events.push([Math.round(performance.now() - this.#begin) / 1000, kind, data])
  }
}
