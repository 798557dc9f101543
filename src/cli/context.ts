/** What every command gets: the output, the home, and the way to the service. */
import { ExitCode } from '../lib/errors.ts'
import type { Home } from '../lib/home.ts'
import { resolveHome } from '../lib/home.ts'
import type { ServiceClient } from '../service/client.ts'
import { type GlobalFlags, Output } from './output.ts'

export class CliContext {
  readonly out: Output
  readonly debug: boolean
  /** Arguments after the first `--`; undefined when there is no `--`. */
  readonly passedThrough: readonly string[] | undefined
  /** Set by a command that did its work with a result that is not success. */
  exitCode: ExitCode = ExitCode.done
  readonly #interrupt = new AbortController()
  #uncaught: ((error: Error) => void) | undefined
  #interruptedBy: NodeJS.Signals | undefined

  constructor(argv: readonly string[]) {
    const flags = readGlobalFlags(argv)
    const dashes = argv.indexOf('--')
    this.passedThrough = dashes < 0 ? undefined : argv.slice(dashes + 1)
    this.debug = flags.debug
    this.out = new Output(flags)
  }

  get home(): Home {
    return resolveHome()
  }

  /** A client of the running service; starts it when there is none. The modules are loaded only here. */
  async service(): Promise<ServiceClient> {
    const { ensureService } = await import('../service/ensure-service.ts')
    return (await ensureService(this.home)).client
  }

  /**
   * For commands that run until they are interrupted: aborts on SIGINT, SIGTERM or SIGHUP, and when the
   * reader of the output goes away. Without this call these signals end the process at once.
   */
  untilInterrupted(): AbortSignal {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        this.#interruptedBy ??= signal
        this.#interrupt.abort()
      })
    }
    return AbortSignal.any([this.#interrupt.signal, this.out.closed])
  }

  onUncaughtError(handler: (error: Error) => void): void {
    this.#uncaught = handler
    process.once('uncaughtException', handler)
  }

  /** For commands that become a background process: they have their own ways with unexpected errors. */
  leaveUncaughtErrors(): void {
    if (this.#uncaught) process.off('uncaughtException', this.#uncaught)
  }

  /** The signal that ended the command. */
  get interruptedBy(): NodeJS.Signals | undefined {
    return this.#interruptedBy
  }
}

/** These flags are read before anything else: an error in the rest of the line obeys them too. */
function readGlobalFlags(argv: readonly string[]): GlobalFlags {
  const dashes = argv.indexOf('--')
  const own = dashes < 0 ? argv : argv.slice(0, dashes)
  return {
    json: own.includes('--json'),
    debug: own.includes('--debug'),
    color: !own.includes('--no-color'),
  }
}
