/** What is known of a program through the tap in front of it, where the terminal itself sees only the tap. */
import { constants } from 'node:os'
import { type Foreground, readForeground } from '../signals/foreground.ts'
import type { TapFact } from '../signals/tap-message.ts'
import type { Terminal } from '../terminal/terminal.ts'

export type TapModes = Omit<Extract<TapFact, { type: 'modes' }>, 'type'>

/** A tap that does not answer is none; so often it is asked for, at the beginning and at heartbeats. */
const mostQuestions = 3

export class TapView {
  readonly #terminal: Terminal
  readonly #session: string
  #program: number | undefined
  #modes: TapModes | undefined
  #asked = 0
  #exit: { exitCode: number; signal?: number } | undefined

  /** @param program its process id, when an earlier service heard of its start */
  constructor(terminal: Terminal, session: string, program: number | undefined) {
    this.#terminal = terminal
    this.#session = session
    this.#program = program
  }

  take(fact: TapFact): void {
    if (fact.type === 'start') this.#program = fact.pid
    else if (fact.type === 'modes') this.#modes = fact
    else if (fact.type === 'exit') {
      const signal = Object.entries(constants.signals).find(([name]) => name === fact.signal)?.[1]
      this.#exit = { exitCode: fact.exitCode, ...(signal !== undefined && { signal }) }
    }
  }

  /** The tap has told that it started the program; otherwise the program may run without it. */
  get present(): boolean {
    return this.#program !== undefined
  }

  /** Modes that the program has set in its terminal; undefined while it has set none that is known of. */
  get modes(): TapModes | undefined {
    return this.#modes
  }

  /** How the program ended; `signal` is the number of the one that killed it. */
  get exit(): { exitCode: number; signal?: number } | undefined {
    return this.#exit
  }

  /** Whether it was heard that the program runs behind it, and of its modes. */
  get #known(): boolean {
    return this.present && (this.#modes !== undefined || this.#exit !== undefined)
  }

  /**
   * Has the tap say again what nobody here has heard: a service that was started later, or too late. The signal
   * means another size of the terminal, which harms no other program that may be in front.
   */
  async ask(): Promise<void> {
    if (this.#known || this.#asked >= mostQuestions) return
    this.#asked += 1
    const pid = await this.#terminal.variable(this.#session, 'jobPid').catch(() => null)
    if (typeof pid !== 'number' || pid <= 1) return
    try {
      process.kill(pid, 'SIGWINCH')
    } catch {
      // It has ended, or is another user's.
    }
  }

  /** The foreground job behind the tap; undefined when there is no tap, or the program cannot be looked at. */
  async foreground(): Promise<Foreground | undefined> {
    if (this.#program === undefined || this.#exit) return undefined
    // Not every terminal knows it; the number of the program is then taken as it is.
    const tap = await this.#terminal.variable(this.#session, 'jobPid').catch(() => null)
    return readForeground(this.#program, typeof tap === 'number' ? tap : undefined)
  }
}
