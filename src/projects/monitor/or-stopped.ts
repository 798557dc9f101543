/** @throws what the signal was aborted with, when that comes first; the work goes on, and nobody hears of it */
export async function orStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const aborted = untilAborted(stop)
  try {
    return await Promise.race([
      work,
      aborted.promise.then((): T => {
        throw stop.reason
      }),
    ])
  } finally {
    aborted.leave()
  }
}

/** Undefined when the signal was aborted before the work was done. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = untilAborted(signal)
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    aborted.leave()
  }
}

function untilAborted(signal: AbortSignal): { promise: Promise<undefined>; leave(): void } {
  let told: () => void = () => {}
  const promise = new Promise<undefined>((resolve) => {
    told = () => resolve(undefined)
  })
  if (signal.aborted) told()
  else signal.addEventListener('abort', told, { once: true })
  return { promise, leave: () => signal.removeEventListener('abort', told) }
}
