/** What the client throws, from what the service answered or did not. */
import { isErrorCode, OrchError, systemErrorCode } from '../lib/errors.ts'
import { type AnswerQueued, ErrorBody } from './api.ts'

/** Nothing is proven yet, and a command that ends well would say so. */
export function answerWaits({ evidence, delivered, queued }: AnswerQueued): OrchError {
  return new OrchError('not-confirmed', `The answer is queued: ${evidence}.`, {
    hint: 'It is typed when the terminal is back, if its prompt is still there, unless the agent reads it first.',
    details: { delivered, queued },
  })
}

export function errorOf(answer: unknown, status: number): OrchError {
  const parsed = ErrorBody.safeParse(answer)
  if (!parsed.success) return unavailable(`The service answered with status ${status}.`)
  const { code, message, hint, details } = parsed.data.error
  return new OrchError(isErrorCode(code) ? code : 'failed', message, {
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
  })
}

export function connectionError(error: unknown, signal: AbortSignal | undefined): OrchError {
  if (signal?.aborted && signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError') {
    return new OrchError('timeout', 'The service did not answer in time.', {
      hint: 'See `iterm-orch service logs`; `iterm-orch service restart` starts it anew (sessions go on).',
      cause: error,
    })
  }
  const code = systemErrorCode(error)
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return unavailable('The service is not running.', error)
  return unavailable('The connection to the service broke off.', error)
}

export function unavailable(message: string, cause?: unknown): OrchError {
  return new OrchError('service-unavailable', message, {
    hint: 'Start it with `iterm-orch service start`; its log is shown by `iterm-orch service logs`.',
    cause,
  })
}
