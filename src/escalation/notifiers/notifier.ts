/** The ways to tell people something have this in common. */
import { redact } from '../../lib/redact.ts'
import type { Notice } from './notice.ts'

export interface Notifier {
  /** As the configuration calls it. */
  readonly name: string
  /**
   * Resolves when it was taken; whether somebody reads it is another question.
   *
   * @throws {NotifierError}
   */
  send(notice: Notice, signal: AbortSignal): Promise<void>
}

/**
 * `unavailable`: there is no such way here; `refused`: whoever should take it said no, and will again;
 * `failed`: it may work another time; `misconfigured`: somebody has to change the configuration.
 */
export type NotifierFailure = 'unavailable' | 'refused' | 'failed' | 'timeout' | 'misconfigured'

/** Says why nobody was told. Secrets of the configuration are not in it. */
export class NotifierError extends Error {
  override name = 'NotifierError'
  readonly code: NotifierFailure

  constructor(code: NotifierFailure, reason: string) {
    super(redact(reason))
    this.code = code
  }
}

/** The result of one attempt, to be kept. */
export type Told =
  | { notifier: string; ok: true; ms: number }
  | { notifier: string; ok: false; ms: number; code: NotifierFailure; why: string }

/** Sends it, whatever happens. */
export async function tell(notifier: Notifier, notice: Notice, signal: AbortSignal): Promise<Told> {
  const started = performance.now()
  const told = () => ({ notifier: notifier.name, ms: Math.round(performance.now() - started) })
  try {
    await notifier.send(notice, signal)
    return { ...told(), ok: true }
  } catch (error) {
    if (error instanceof NotifierError) return { ...told(), ok: false, code: error.code, why: error.message }
    const why = redact(error instanceof Error ? error.message : String(error))
    return { ...told(), ok: false, code: signal.aborted ? 'timeout' : 'failed', why }
  }
}
