/** Why a service could not run, as its log carries it to the command that wanted to start it. */
import { type ErrorCode, errorMessage, isErrorCode, OrchError } from '../lib/errors.ts'

export interface StartFailure {
  code: ErrorCode
  /** The sentence for people. */
  error: string
  hint?: string
}

/** The fields of the last record in the log of a service that cannot run. */
export function startFailure(error: unknown): StartFailure {
  if (!(error instanceof OrchError)) return { code: 'service-unavailable', error: errorMessage(error) }
  const { code, message, hint } = error
  return { code, error: message, ...(hint !== undefined && { hint }) }
}

/** Undefined for every other line of the log. */
export function readStartFailure(line: string): StartFailure | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const { code, error, hint } = JSON.parse(line) as Record<string, unknown>
    if (!isErrorCode(code) || typeof error !== 'string') return undefined
    return { code, error, ...(typeof hint === 'string' && { hint }) }
  } catch {
    return undefined
  }
}
