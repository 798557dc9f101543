/** Follows the foreground job of a session, to notice an agent that ended and left its shell behind. */
import { basename } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Terminal } from '../terminal/terminal.ts'

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'fish', 'ksh', 'tcsh', 'csh'])

export class JobTracker {
  readonly #terminal: Terminal
  readonly #session: string
  readonly #clock: Clock
  #name: string | undefined
  #sawOther = false
  #shellSince: number | undefined

  constructor(terminal: Terminal, session: string, clock: Clock) {
    this.#terminal = terminal
    this.#session = session
    this.#clock = clock
  }

  /** Name of the foreground job, where it is known. */
  get name(): string | undefined {
    return this.#name
  }

  /** Since when a shell has been in the foreground, after something else was; in ms. */
  get shellSince(): number | undefined {
    return this.#shellSince
  }

  /** @param onShell told when a shell comes to the foreground or leaves it */
  async follow(signal: AbortSignal, onShell: () => void, log: Logger): Promise<void> {
    const take = (value: unknown) => {
      if (signal.aborted || typeof value !== 'string' || value === '') return
      if (this.#take(basename(value).replace(/^-/u, ''))) onShell()
    }
    try {
      const stop = await this.#terminal.watchVariable(this.#session, 'jobName', take)
      const leave = () => void stop().catch(() => undefined)
      if (signal.aborted) leave()
      else signal.addEventListener('abort', leave)
      take(await this.#terminal.variable(this.#session, 'jobName'))
    } catch (error) {
      if (error instanceof OrchError && error.code !== 'failed') throw error
      log.warn({ error: errorMessage(error) }, 'the foreground job cannot be followed')
    }
  }

  /** Process id of the foreground job; undefined where the terminal does not know it. */
  async pid(): Promise<number | undefined> {
    const pid = await this.#terminal.variable(this.#session, 'jobPid')
    return typeof pid === 'number' ? pid : undefined
  }

  #take(name: string): boolean {
    const before = this.#shellSince
    this.#name = name
    if (!shells.has(name)) {
      this.#sawOther = true
      this.#shellSince = undefined
    } else if (this.#sawOther) this.#shellSince ??= this.#clock.now()
    return before !== this.#shellSince
  }
}
