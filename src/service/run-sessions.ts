/** The sessions that steps of runs have opened: none of them stays when its run is over. */
import { errorMessage, OrchError } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import { readRunFile } from '../runner/run-files.ts'
import { isOver } from '../runner/run-state.ts'
import type { Session } from '../sessions/session.ts'
import type { SessionInfo, SessionRun } from '../sessions/session-info.ts'
import type { Sessions } from '../sessions/sessions.ts'

export class RunSessions {
  readonly #sessions: Sessions
  readonly #log: Logger
  /** Launches that go on right now, by the id of their run. */
  readonly #launching = new Map<string, Promise<unknown>>()

  constructor(sessions: Sessions, log: Logger) {
    this.#sessions = sessions
    this.#log = log
  }

  /**
   * Opens a session for a step. The process of the run may die meanwhile: then nobody else would close it.
   *
   * @throws {OrchError} `failed` when the run is over
   */
  async launch(run: SessionRun, open: () => Promise<SessionInfo[]>): Promise<SessionInfo[]> {
    this.#assertGoesOn(run)
    const opening = open()
    this.#launching.set(run.id, opening)
    try {
      await opening
    } finally {
      this.#launching.delete(run.id)
      if (this.#goesOn(run) === false) await this.closeOf(run.id)
    }
    this.#assertGoesOn(run)
    return opening
  }

  /** Closes those of a run that is over, also one that is being opened. */
  async closeOf(run: string): Promise<void> {
    await this.#launching.get(run)?.catch(() => undefined)
    const own = this.#sessions.all().filter(({ record }) => record.run?.id === run)
    await Promise.all(own.map((session) => this.#close(session)))
  }

  /** Closes those of all runs that are over: whoever should have done it died before. */
  async sweep(): Promise<void> {
    for (const { record } of this.#sessions.all()) {
      if (record.run && this.#goesOn(record.run) === false) await this.closeOf(record.run.id)
    }
  }

  async #close(session: Session): Promise<void> {
    // Forgotten now, its program would go on for ever: it is closed when its terminal is back.
    if (!session.terminal && session.record.stage !== 'exited') return
    try {
      await this.#sessions.close(session, true)
    } catch (error) {
      const why = errorMessage(error)
      this.#log.warn({ session: session.id, error: why }, 'a session of a run could not be closed')
    }
  }

  #assertGoesOn(run: SessionRun): void {
    if (this.#goesOn(run) !== false) return
    throw new OrchError('failed', `The run ${run.id} of ${run.task} is over: nothing is opened for it.`)
  }

  /** Undefined when that cannot be seen. */
  #goesOn({ record, id }: SessionRun): boolean | undefined {
    try {
      const run = readRunFile(record)
      return run !== undefined && !isOver(run)
    } catch (error) {
      this.#log.warn({ run: id, error: errorMessage(error) }, 'it cannot be seen whether a run is over')
      return undefined
    }
  }
}
