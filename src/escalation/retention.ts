/** Deletes the records of escalations that have been over for long: at the start, and once a day. */
import type { Clock } from '../lib/clock.ts'
import { errorMessage } from '../lib/errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { EscalationStore } from './escalation-store.ts'
import type { EscalationSettings } from './ladder-rules.ts'
import type { Subject } from './subject.ts'

export interface RetentionOptions {
  store: EscalationStore
  clock: Clock
  log: Logger
  settings(): Pick<EscalationSettings, 'keep'>
  subject(session: string): Subject | undefined
}

const dayMs = 86_400_000

export class Retention {
  readonly #options: RetentionOptions
  #cancel: (() => void) | undefined

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  start(): void {
    this.#prune()
    this.#cancel = this.#options.clock.after(dayMs, () => this.start())
  }

  stop(): void {
    this.#cancel?.()
  }

  #prune(): void {
    const { store, clock, log, settings, subject } = this.#options
    // The budgets of rules are counted from the records of a session, for as long as it runs.
    const isRunning = (session: string) => {
      const { record } = subject(session) ?? {}
      return record !== undefined && record.exit === undefined
    }
    try {
      const deleted = store.prune(clock.now() - settings().keep, ({ session }) => !isRunning(session))
      if (deleted > 0) log.info({ deleted }, 'records of old escalations were deleted')
    } catch (error) {
      log.warn({ error: errorMessage(error) }, 'old escalations could not be deleted; tried again in a day')
    }
  }
}
