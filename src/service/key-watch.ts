/** Notices that a person types into the terminal of a session that waits; which keys is not told to anybody. */
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface KeyWatchOptions {
  log: Logger
  /** Where a session is shown; undefined while its terminal cannot be reached. */
  place(session: string): { terminal: Terminal; terminalSession: string } | undefined
  pressed(session: string): void
}

interface Watched {
  terminal: Terminal
  leave: Promise<() => Promise<void>>
}

export class KeyWatch {
  readonly #options: KeyWatchOptions
  readonly #watched = new Map<string, Watched>()

  constructor(options: KeyWatchOptions) {
    this.#options = options
  }

  /** Only of sessions that wait: whatever else is typed is nobody's business. */
  follow(session: string, waits: boolean): void {
    const { place, pressed, log } = this.#options
    const now = waits ? place(session) : undefined
    const before = this.#watched.get(session)
    if (before?.terminal === now?.terminal) return
    this.#watched.delete(session)
    void before?.leave.then((leave) => leave()).catch(() => undefined)
    if (!now) return
    const leave = now.terminal.watchKeys(now.terminalSession, () => pressed(session))
    this.#watched.set(session, { terminal: now.terminal, leave })
    leave.catch((error: unknown) => {
      log.debug({ error: errorMessage(error), session }, 'the keyboard of a session cannot be watched')
      if (this.#watched.get(session)?.leave === leave) this.#watched.delete(session)
    })
  }
}
