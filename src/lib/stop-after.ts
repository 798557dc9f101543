/** Node takes longer ones for 1 ms. */
const longestTimerMs = 2 ** 31 - 1

/**
 * A signal that aborts after the time, or with one of the others; in place of `AbortSignal.any` with
 * `AbortSignal.timeout`, which a garbage collection takes away (seen with Node 20.20: it never fires then).
 *
 * @param timeoutMs undefined: only with the others
 */
export function stopAfter(
  timeoutMs: number | undefined,
  ...others: readonly (AbortSignal | undefined)[]
): AbortSignal {
  const controller = new AbortController()
  const signals = others.filter((other) => other !== undefined)
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop(timedOut()), Math.min(timeoutMs, longestTimerMs)).unref()
  const stop = (reason: unknown) => {
    clearTimeout(timer)
    for (const signal of signals) signal.removeEventListener('abort', onAbort)
    controller.abort(reason)
  }
  function onAbort(this: AbortSignal) {
    stop(this.reason)
  }
  for (const signal of signals) signal.addEventListener('abort', onAbort)
  const over = signals.find(({ aborted }) => aborted)
  if (over) stop(over.reason)
  return controller.signal
}

function timedOut(): DOMException {
  return new DOMException('The time is over.', 'TimeoutError')
}
