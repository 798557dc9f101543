/** The refusals that agents show to people, worded as the APIs word them. */
import type { Refusal } from './dialect.ts'

/** Clients of Anthropic and OpenAI repeat a refused request, unless this header says not to. */
const noRetry = { 'x-should-retry': 'false' }

export const usageLimit: Refusal = {
  status: 429,
  type: 'rate_limit_error',
  message: 'You have hit your limit · resets 5pm',
  headers: { ...noRetry, 'retry-after': '3600' },
}

export const overloaded: Refusal = {
  status: 529,
  type: 'overloaded_error',
  message: 'Overloaded',
  headers: noRetry,
}

export const promptTooLong: Refusal = {
  status: 400,
  type: 'invalid_request_error',
  message: 'prompt is too long: 210000 tokens > 200000 maximum',
}

export const unauthorized: Refusal = {
  status: 401,
  type: 'authentication_error',
  message: 'invalid x-api-key',
}
