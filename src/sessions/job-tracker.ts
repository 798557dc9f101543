/** Follows the foreground job of a session: which program is in front, and an agent that left its shell behind. */
import { basename } from 'node:path'
import { z } from 'zod'
import type { ForegroundProgram } from '../agents/program-names.ts'
import type { JsonValue } from '../iterm2/json.ts'
import type { Clock } from '../lib/clock.ts'
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { TapView } from './tap-view.ts'

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'fish', 'ksh', 'tcsh', 'csh'])
/** A change of these is a change of the job; the others are asked for then. */
const watched = ['jobName', 'jobPid'] as const
/** Ancestors come as names, or as objects with one. */
const Ancestors = z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]))

export class JobTracker {
  readonly #terminal: Terminal
  readonly #session: string
  readonly #clock: Clock
  readonly #tap: Pick<TapView, 'present' | 'foreground'>
  #program: ForegroundProgram = { ancestors: [] }
  #name: string | undefined
  #sawOther = false
  #shellSince: number | undefined
  #asked = 0
  #lookedBehind = false
  #looking = false
  #wanted = false
  #lookAndTell = async (): Promise<void> => {}

  constructor(
    terminal: Terminal,
    session: string,
    clock: Clock,
    tap: Pick<TapView, 'present' | 'foreground'>,
  ) {
    this.#terminal = terminal
    this.#session = session
    this.#clock = clock
    this.#tap = tap
  }

  /** Name of the foreground job, where it is known. */
  get name(): string | undefined {
    return this.#name
  }

  /** All that is known of the foreground job. */
  get program(): ForegroundProgram {
    return this.#program
  }

  /** Since when a shell has been in the foreground, after something else was; in ms. */
  get shellSince(): number | undefined {
    return this.#shellSince
  }

  /** @param onChange told when another job has come to the foreground */
  async follow(signal: AbortSignal, onChange: () => void, log: Logger): Promise<void> {
    const look = async () => {
      if (!signal.aborted && (await this.#look()) && !signal.aborted) onChange()
    }
    const lookAgain = () =>
      look().catch((error: unknown) =>
        log.debug({ error: errorMessage(error) }, 'the foreground job could not be asked for'),
      )
    this.#lookAndTell = lookAgain
    try {
      for (const name of watched) {
        const stop = await this.#terminal.watchVariable(this.#session, name, () => void lookAgain())
        const leave = () => void stop().catch(() => undefined)
        if (signal.aborted) leave()
        else signal.addEventListener('abort', leave)
      }
      await look()
    } catch (error) {
      if (error instanceof OrchError && error.code !== 'failed') throw error
      log.warn({ error: errorMessage(error) }, 'the foreground job cannot be followed')
    }
  }

  /** Looks behind the tap, where nobody tells of another job. One look at a time, and one more after it. */
  async lookBehindTap(): Promise<void> {
    if (!this.#tap.present) return
    this.#wanted = true
    if (this.#looking) return
    this.#looking = true
    while (this.#wanted) {
      this.#wanted = false
      await this.#lookAndTell()
    }
    this.#looking = false
  }

  /** Process id of the foreground job; undefined where the terminal does not know it. */
  async pid(): Promise<number | undefined> {
    if (this.#tap.present) return (await this.#tap.foreground())?.pid
    const pid = await this.#terminal.variable(this.#session, 'jobPid')
    return typeof pid === 'number' ? pid : undefined
  }

  /** True when what was found is news: a later question may have been answered before. */
  async #look(): Promise<boolean> {
    this.#asked += 1
    const question = this.#asked
    const behind = this.#tap.present
    const program = behind
      ? await this.#tap.foreground()
      : await readForegroundProgram((name) => this.#terminal.variable(this.#session, name))
    if (question !== this.#asked || program?.job === undefined) return false
    // What the terminal told before was the script, and the tap itself.
    if (behind && !this.#lookedBehind) this.#sawOther = false
    this.#lookedBehind = behind
    this.#program = program
    this.#take(basename(program.job).replace(/^-/u, ''))
    return true
  }

  #take(name: string): void {
    this.#name = name
    if (!shells.has(name)) {
      this.#sawOther = true
      this.#shellSince = undefined
    } else if (this.#sawOther) this.#shellSince ??= this.#clock.now()
  }
}

/** The foreground job as the terminal knows it at this moment. */
export async function readForegroundProgram(
  variable: (name: string) => Promise<JsonValue>,
): Promise<ForegroundProgram> {
  const names = ['jobName', 'commandLine', 'deepestJob', 'foregroundJobAncestors'] as const
  const [job, commandLine, deepest, ancestors] = await Promise.all(names.map(variable))
  return {
    ancestors: Ancestors.safeParse(ancestors).data ?? [],
    job: textOf(job),
    commandLine: textOf(commandLine),
    deepest: textOf(deepest),
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
