/** Turns errors into JSON answers. */
import type { Hook } from '@hono/zod-openapi'
import type { Context, Env } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { errorMessage, OrchError } from '../lib/errors.ts'
import { describeSystemError } from '../lib/system-error.ts'
import type { ErrorBody } from './api.ts'
import { httpStatuses } from './http-statuses.ts'

export function answerError(error: unknown, context: Context): Response {
  const known = toOrchError(error)
  const { code, message, hint, details } = known
  const body: ErrorBody = {
    error: {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(details === undefined ? {} : { details: { ...details } }),
    },
  }
  return context.json(body, httpStatuses[known.code])
}

/** What does not fit a schema is refused with all its problems. */
export const refuseInvalid: Hook<unknown, Env, string, Response | undefined> = (result) => {
  if (!result.success) {
    throw new OrchError('usage', `The request is not valid:\n${z.prettifyError(result.error)}`, {
      hint: 'The API is described at /openapi.json.',
    })
  }
  return undefined
}

function toOrchError(error: unknown): OrchError {
  if (error instanceof OrchError) return error
  if (error instanceof HTTPException) return new OrchError('usage', error.message, { cause: error })
  const refused = describeSystemError(error)
  if (refused) return new OrchError('failed', refused.message, { hint: refused.hint, cause: error })
  return new OrchError('failed', errorMessage(error), {
    hint: 'This was not foreseen; see `iterm-orch service logs`.',
    cause: error,
  })
}
