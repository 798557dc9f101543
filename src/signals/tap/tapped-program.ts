/** A program on the tap's PTY: output, input, size, signals and stops, both ways. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { programStatusRevision } from '../../lib/program-status/report.ts'
import { type ExitStatus, Pty } from '../../lib/pty/pty.ts'
import { signalName } from './end-like.ts'
import { outboxIntervalMs } from './outbox.ts'
import type { OuterTerminal } from './outer-terminal.ts'
import { OutputFilter } from './output-filter.ts'

/** Input that waits for the program; more, and the terminal is no longer read. */
const maxInput = 64 * 1024

/** Signals that are the program's business. */
const passedOn = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const

/** Ctrl-Z. */
const suspendKey = 0x1a
/** Input that is longer was not typed by hand: the key in it is data. */
const longestKeys = 64
/** Time that a program has to leave the screen before it is stopped. */
const leaveMs = 50

/** A stop that does not come within this time was refused: nobody could continue us. */
const stopMs = 20

export class TappedProgram {
  /** Resolves when the program is gone, its output is written, and the terminal is as it was. */
  readonly ended: Promise<ExitStatus>
  readonly #outer: OuterTerminal
  readonly #filter: OutputFilter
  readonly #pty: Pty
  #filtering = true
  #suspended = false
  /** It is being found out what Ctrl-Z means to the program. */
  #asking = false
  #timer: NodeJS.Timeout | undefined

  /**
   * @param outer the terminal, taken
   * @param identity the secret of this session
   * @throws when there is no PTY; the program does not run then.
   */
  constructor(outer: OuterTerminal, argv: readonly string[], identity: string) {
    const [file = '', ...args] = argv
    this.#outer = outer
    this.#filter = new OutputFilter({
      identity,
      answer: (bytes) => this.#input(Buffer.from(bytes, 'latin1')),
      now: () => performance.now(),
    })
    let ended = (_status: ExitStatus) => {}
    this.ended = new Promise((resolve) => {
      ended = resolve
    })
    this.#pty = new Pty(
      { file, args, cwd: workingDirectory(), env: environment(), ...outer.size },
      {
        output: (bytes) => this.#output(bytes),
        // What is typed now is for whoever started the tap.
        gone: () => outer.setReading(false),
        end: (status) => void this.#end(status).then(() => ended(status)),
      },
    )
    const { pid } = this.#pty
    outer.write(
      this.#filter.started({ type: 'start', pid, program: basename(file), revision: programStatusRevision }),
    )
    outer.listen({
      input: (bytes) => this.#input(bytes, true),
      resized: () => this.#pty.resize(outer.size.columns, outer.size.rows),
      drained: () => this.#pty.setReading(true),
      closed: () => this.#hangUp(),
    })
    this.#listenToSignals()
  }

  #listenToSignals(): void {
    for (const signal of passedOn) process.on(signal, () => this.#signal(signal))
    process.on('SIGTSTP', this.#stopAsked)
    process.on('SIGCONT', () => void this.#retake())
    // Also without another size: so the service asks, and no harm is done where it asks somebody else.
    process.on('SIGWINCH', () => this.#tellAgain())
    // An error of ours is not a reason to take the program down.
    process.on('uncaughtException', () => {})
    process.on('exit', () => this.#outer.giveBack())
  }

  #output(bytes: Buffer): void {
    const pieces = this.#filtered(bytes).filter((piece) => piece.length > 0)
    const [first] = pieces
    if (first) this.#outer.write(pieces.length === 1 ? first : Buffer.concat(pieces))
    if (this.#outer.full) this.#pty.setReading(false)
    this.#tellLater()
  }

  #filtered(bytes: Buffer): Buffer[] {
    if (!this.#filtering) return [bytes]
    try {
      return this.#filter.push(bytes)
    } catch {
      this.#filtering = false
      return [...this.#filter.flush(), bytes]
    }
  }

  #tellLater(): void {
    if (this.#timer || !this.#filtering || !this.#filter.waiting) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#outer.write(this.#filter.pending())
      this.#tellLater()
    }, outboxIntervalMs)
  }

  #tellAgain(): void {
    if (!this.#filtering) return
    this.#filter.repeat()
    this.#outer.write(this.#filter.pending())
    this.#tellLater()
  }

  #input(bytes: Buffer, typed = false): void {
    void this.#pty.write(bytes).then(() => {
      if (this.#pty.open && this.#pty.waitingBytes <= maxInput) this.#outer.setReading(true)
    })
    if (this.#pty.waitingBytes > maxInput) this.#outer.setReading(false)
    const keys = typed && bytes.length <= longestKeys
    if (keys && bytes.includes(suspendKey) && !this.#asking) void this.#suspendKeyTyped()
  }

  /** To the group of the program, which is what the terminal would signal. */
  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#pty
    for (const target of [-pid, pid]) {
      try {
        process.kill(target, signal)
        return
      } catch {
        // Not yet the leader of its group, or gone.
      }
    }
  }

  /** The terminal was closed: the program's is closed too, which the kernel tells it with SIGHUP. */
  #hangUp(): void {
    this.#signal('SIGHUP')
    this.#signal('SIGCONT')
    this.#pty.destroy()
  }

  readonly #stopAsked = () => void this.#suspend(process.pid)

  async #suspendKeyTyped(): Promise<void> {
    this.#asking = true
    const { stopsOnSuspendKey } = await import('./suspend-key.ts')
    const stops = await stopsOnSuspendKey(this.#pty.pid, this.#pty.tty)
    this.#asking = false
    // The whole group of ours, as the terminal would have signalled it.
    if (stops) await this.#suspend(0)
  }

  /** Stops the program, and then ourselves; goes on here when we are continued. */
  async #suspend(target: number): Promise<void> {
    if (this.#suspended || !this.#pty.open) return
    this.#suspended = true
    this.#signal('SIGTSTP')
    await delay(leaveMs)
    this.#signal('SIGSTOP')
    await this.#outer.flushed()
    this.#outer.giveBack()
    process.off('SIGTSTP', this.#stopAsked)
    process.kill(target, 'SIGTSTP')
    await delay(stopMs)
    process.on('SIGTSTP', this.#stopAsked)
    this.#suspended = false
    await this.#retake()
    this.#signal('SIGCONT')
  }

  /** After a stop the shell has set the terminal to modes of its own; its size may be another one too. */
  async #retake(): Promise<void> {
    if (this.#suspended || !this.#pty.open) return
    this.#outer.giveBack()
    await this.#outer.take().catch(() => undefined)
    this.#pty.resize(this.#outer.size.columns, this.#outer.size.rows)
  }

  async #end(status: ExitStatus): Promise<void> {
    clearTimeout(this.#timer)
    const signal = signalName(status.signal)
    const fact = { type: 'exit', exitCode: status.exitCode, ...(signal && { signal }) } as const
    if (this.#filtering) this.#outer.write(this.#filter.ended(fact))
    await this.#outer.flushed()
    this.#outer.giveBack()
  }
}

/** As the shell calls it, which may be by way of a link. */
function workingDirectory(): string {
  const [named, real] = [process.env['PWD'], process.cwd()]
  if (!named?.startsWith('/')) return real
  const [a, b] = [statSync(named, { throwIfNoEntry: false }), statSync(real)]
  return a && a.ino === b.ino && a.dev === b.dev ? named : real
}

function environment(): Record<string, string> {
  const entries = Object.entries(process.env)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}
