/** One session: a program on a PTY, its screen, and what it says about itself. */
import { EventEmitter } from 'eventemitter3'
import { errorMessage } from '../../lib/errors.ts'
import { plainText } from '../../lib/plain-text.ts'
import { type ExitStatus, Pty } from '../../lib/pty/pty.ts'
import type { GetPromptResponse, LineContents } from '../../messages/iterm2.ts'
import type {
  CellRange,
  ColumnWindow,
  CreateHostSession,
  Cursor,
  HostSession,
  HostSessionEvents,
  LineInfo,
  SessionSpec,
  VariableValue,
} from '../session-types.ts'
import { deferred } from './deferred.ts'
import { Emulator } from './emulator.ts'
import { endProgram } from './end-program.ts'
import { JobWatch } from './job-watch.ts'
import { OutputPump } from './output-pump.ts'
import { processTable } from './process-table.ts'
import { sessionProgram } from './program.ts'
import { ScreenWatch } from './screen-watch.ts'
import { SessionFacts } from './session-facts.ts'

/** Time that a program has to end after SIGHUP. */
const defaultGraceMs = 3_000

/** Answers to the program's questions that may wait until it reads them; more are dropped. */
const maxWaitingReplies = 64 * 1024

/** Exit code when the system has no process or PTY to give. */
const cannotRun = 126

/** Longest message about a program that cannot be started, in characters. */
const longestProblem = 2_000

/** Starts a session. A program that cannot be started is a session that exits, with the reason on its screen. */
export const createHostSession: CreateHostSession = (spec) => new PtySession(spec)

class PtySession extends EventEmitter<HostSessionEvents> implements HostSession {
  readonly id: string
  readonly #spec: SessionSpec
  readonly #emulator: Emulator
  readonly #facts: SessionFacts
  readonly #jobs: JobWatch
  readonly #screen: ScreenWatch
  readonly #pump: OutputPump
  #pty: Pty | undefined
  #exited = false
  #restarting: Promise<void> | undefined
  /** The program is gone. */
  #gone = deferred<void>()
  /** The program is gone, and all of its output was parsed. */
  #ended = deferred<void>()
  /** Set when the terminal is closed and only parsing may be left. */
  #status: ExitStatus | undefined

  constructor(spec: SessionSpec) {
    super()
    this.id = spec.id
    this.#spec = spec
    this.#emulator = new Emulator(spec)
    this.#pump = new OutputPump({
      parse: (piece) => this.#emulator.parse(piece),
      parsed: () => this.#parsed(),
      setReading: (on) => this.#pty?.setReading(on),
    })
    this.#facts = new SessionFacts(spec, this.#emulator, {
      variable: (name, value) => this.emit('variable', name, value),
      prompt: (event) => this.emit('prompt', event),
      customEscape: (identity, payload) => this.emit('custom-escape', identity, payload),
      reply: (text) => this.#reply(text),
    })
    this.#emulator.terminal.onData((text) => this.#reply(text))
    this.#jobs = new JobWatch(
      this.#facts.variables,
      () => (this.#pty && !this.#exited ? this.#pty : undefined),
      () => this.#facts.deriveNames(),
    )
    this.#start()
    this.#screen = new ScreenWatch(this.#emulator, () => this.emit('screen'))
  }

  get columns(): number {
    return this.#emulator.columns
  }

  get rows(): number {
    return this.#emulator.rows
  }

  get exited(): boolean {
    return this.#exited
  }

  get tty(): string {
    return this.#pty?.tty ?? ''
  }

  get pid(): number {
    return this.#pty?.pid ?? 0
  }

  write(data: string | Uint8Array): Promise<boolean> {
    this.#jobs.noteActivity()
    this.#screen.typed()
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    return this.#pty?.write(bytes) ?? Promise.resolve(false)
  }

  feed(bytes: Uint8Array): Promise<void> {
    return this.#pump.inject(bytes)
  }

  resize(columns: number, rows: number): void {
    const { columns: before, rows: rowsBefore } = this
    this.#emulator.resizeWith(this.#facts.prompts.marks(), columns, rows)
    if (this.columns === before && this.rows === rowsBefore) return
    this.#pty?.resize(this.columns, this.rows)
    this.#facts.variables.setAll({ columns: this.columns, rows: this.rows })
    this.#facts.variables.changed()
    this.emit('resize', this.columns, this.rows)
    this.#screen.look()
  }

  freeze(): void {
    this.#pump.setFrozen(true)
  }

  thaw(): void {
    this.#pump.setFrozen(false)
  }

  lineInfo(): LineInfo {
    return this.#emulator.lineInfo()
  }

  cursor(): Cursor {
    return this.#emulator.cursor()
  }

  readLines(range: CellRange, columns?: ColumnWindow): LineContents[] {
    return this.#emulator.readLines(range, columns)
  }

  variable(name: string): VariableValue {
    if (JobWatch.knows(name)) this.#jobs.read()
    return this.#facts.variables.get(name)
  }

  variables(): Record<string, VariableValue> {
    this.#jobs.read()
    return this.#facts.variables.all()
  }

  sampleProcess(): Promise<void> {
    return this.#jobs.sample()
  }

  watchProcess(): () => void {
    return this.#jobs.watch()
  }

  promptIds(): string[] {
    return this.#facts.prompts.ids()
  }

  prompt(id?: string): GetPromptResponse | undefined {
    return this.#facts.prompts.get(id)
  }

  async terminate(graceMs: number = defaultGraceMs): Promise<void> {
    const pty = this.#pty
    if (!pty || this.#exited) return
    await endProgram(pty, processTable(), this.#gone.promise, graceMs)
  }

  restart(): Promise<void> {
    this.#restarting ??= this.#restart().finally(() => {
      this.#restarting = undefined
    })
    return this.#restarting
  }

  dispose(): void {
    this.#pty?.destroy()
    this.#pump.stop()
    this.#screen.stop()
    this.#jobs.stop()
    this.#facts.variables.stop()
    this.removeAllListeners()
    this.#emulator.dispose()
  }

  #start(): void {
    const program = sessionProgram(this.#spec)
    if ('problem' in program) {
      this.#failToStart(program.problem, program.exitCode)
      return
    }
    try {
      const { cwd, env } = this.#spec
      const size = { columns: this.columns, rows: this.rows }
      const pty: Pty = new Pty(
        { ...program, cwd, env, ...size },
        {
          output: (bytes) => {
            this.#jobs.noteActivity()
            this.#pump.push(bytes)
          },
          gone: (status) => this.#programGone(status),
          end: (status) => this.#terminalClosed(status),
        },
      )
      this.#pty = pty
      this.#facts.started(pty.pid, pty.tty)
    } catch (error) {
      this.#failToStart(`cannot start ${program.file}: ${errorMessage(error)}`, cannotRun)
    }
  }

  /** The reason goes to the screen, where the output of the program would have been. */
  #failToStart(problem: string, exitCode: number): void {
    this.#pty = undefined
    this.#exited = true
    this.#pump.push(Buffer.from(`iterm-orch: ${plainText(problem, longestProblem)}\r\n`))
    setImmediate(() => {
      this.#gone.resolve()
      this.#terminalClosed({ exitCode, signal: undefined })
    })
  }

  #programGone(status: ExitStatus): void {
    this.#exited = true
    this.#facts.exited(status)
    this.#gone.resolve()
  }

  #terminalClosed(status: ExitStatus): void {
    this.#status = status
    this.#finishWhenDrained()
  }

  #parsed(): void {
    this.#facts.afterOutput()
    this.#screen.look()
    this.#finishWhenDrained()
  }

  #finishWhenDrained(): void {
    const status = this.#status
    if (!status || !this.#pump.drained) return
    this.#status = undefined
    this.#facts.exited(status)
    this.#facts.variables.flush()
    this.#ended.resolve()
    // A restart is not an end: whoever asked for it waits for its promise.
    if (!this.#restarting) this.emit('exit', status)
  }

  async #restart(): Promise<void> {
    await this.terminate()
    this.#pty?.destroy()
    this.#pump.discard()
    this.#finishWhenDrained()
    await this.#ended.promise
    await this.feed(Buffer.from(this.#emulator.freshScreen()))
    this.#gone = deferred()
    this.#ended = deferred()
    this.#exited = false
    this.#facts.restarted()
    this.#start()
  }

  #reply(text: string): void {
    const pty = this.#pty
    if (pty && pty.waitingBytes < maxWaitingReplies) void pty.write(Buffer.from(text))
  }
}
