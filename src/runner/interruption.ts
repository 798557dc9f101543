/** Why something that runs is ended from outside: the reason of an abort signal. */
export interface Interruption {
  /** What then becomes of it. */
  state: 'stopped' | 'failed'
  reason: string
}

/** What aborted the signal. */
export function interruptionOf(signal: AbortSignal): Interruption {
  const { reason }: { reason: unknown } = signal
  return isInterruption(reason) ? reason : { state: 'stopped', reason: 'it was stopped' }
}

/** A controller that aborts with the outer signal, and for its own reasons. `done` lets go of the outer one. */
export function within(outer: AbortSignal): AbortController & { done(): void } {
  const controller = new AbortController()
  const follow = () => controller.abort(outer.reason)
  if (outer.aborted) follow()
  else outer.addEventListener('abort', follow)
  return Object.assign(controller, { done: () => outer.removeEventListener('abort', follow) })
}

function isInterruption(value: unknown): value is Interruption {
  return typeof value === 'object' && value !== null && 'state' in value && 'reason' in value
}
