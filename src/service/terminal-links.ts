/** Keeps the sessions in touch with the terminals that hold them, however often these come and go. */
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Journal } from '../sessions/journal.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Terminal, TerminalKind } from '../terminal/terminal.ts'
import type { Terminals } from '../terminal/terminals.ts'

/** A terminal that holds sessions and could not be reached is looked for again this often. */
const retryMs = 10_000

export interface TerminalLinksOptions {
  terminals: Terminals
  sessions: Sessions
  journal: Journal
  log: Logger
  /** The sessions of a terminal were found again. */
  returned(terminal: Terminal): Promise<void>
}

export class TerminalLinks {
  readonly #options: TerminalLinksOptions
  readonly #followed = new WeakSet<Terminal>()
  #retry: NodeJS.Timeout | undefined

  constructor(options: TerminalLinksOptions) {
    this.#options = options
    const { terminals, sessions, journal } = options
    terminals.on('connected', (terminal) => void this.#connected(terminal))
    terminals.on('lost', (kind, status, gone) => {
      sessions.lost(kind, gone, status.why)
      const why = gone ? 'it ended, and the programs in it with it' : status.why
      journal.add({ type: 'terminal', state: gone ? 'gone' : status.state, why: `${kind} lost: ${why}` })
    })
  }

  /** Finds the sessions in the terminals of these kinds again, as far as these can be reached. */
  async find(kinds: Iterable<TerminalKind>): Promise<void> {
    for (const kind of kinds) {
      if (await this.#reach(kind)) continue
      // The embedded host holds its sessions itself: when nothing listens, they ended with it.
      this.#options.sessions.lost(kind, kind === 'host')
      if (kind === 'iterm2') this.#keepLooking(kind)
    }
  }

  stop(): void {
    clearInterval(this.#retry)
  }

  async #reach(kind: TerminalKind): Promise<Terminal | undefined> {
    const { terminals, log } = this.#options
    try {
      return await terminals.ifRunning(kind)
    } catch (error) {
      log.warn({ kind, error: errorMessage(error) }, 'a terminal with sessions cannot be reached')
      return undefined
    }
  }

  #keepLooking(kind: TerminalKind): void {
    this.#retry = setInterval(async () => {
      if (await this.#reach(kind)) clearInterval(this.#retry)
    }, retryMs)
  }

  async #connected(terminal: Terminal): Promise<void> {
    const { sessions, journal, log, returned } = this.#options
    if (!this.#followed.has(terminal)) {
      this.#followed.add(terminal)
      terminal.on('session-ended', (session) => void sessions.onSessionEnded(terminal, session))
    }
    const { state, why } = terminal.status()
    journal.add({ type: 'terminal', state, why: `${terminal.kind}: ${why}` })
    try {
      await sessions.adopt(terminal)
      await returned(terminal)
    } catch (error) {
      log.error({ error: errorMessage(error) }, 'the sessions could not be found again')
    }
  }
}
