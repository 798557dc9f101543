/** How routes are described. */
import { createRoute, z } from '@hono/zod-openapi'
import { ErrorBody } from './api.ts'

const refusal = json(ErrorBody, 'Refused or failed; the code says why.')

/** A route that answers with JSON, or with an error in the one form of all errors. */
export function route<const P extends string, R extends z.ZodType, const Q extends object>(
  method: 'get' | 'post',
  path: P,
  answer: R,
  request: Q,
) {
  return createRoute({ method, path, request, responses: { 200: json(answer, 'Done.'), default: refusal } })
}

/** A route that answers 202 where what was asked for is not done yet, and waits for its moment. */
export function deliveryRoute<
  const P extends string,
  R extends z.ZodType,
  W extends z.ZodType,
  const Q extends object,
>(path: P, answer: R, waiting: W, request: Q) {
  return createRoute({
    method: 'post',
    path,
    request,
    responses: {
      200: json(answer, 'Done.'),
      202: json(waiting, 'It waits in the mailbox of the session; nothing is proven yet.'),
      default: refusal,
    },
  })
}

export function streamRoute<const P extends string, const Q extends object>(path: P, request: Q) {
  return createRoute({
    method: 'get',
    path,
    request,
    responses: {
      200: {
        content: { 'text/event-stream': { schema: z.string() } },
        description: 'Server-sent events; the data of each is one JSON object. Ends with the event `end`.',
      },
      default: refusal,
    },
  })
}

export function body<S extends z.ZodType>(schema: S) {
  return { body: { content: { 'application/json': { schema } }, required: true as const } }
}

function json<S extends z.ZodType>(schema: S, description: string) {
  return { content: { 'application/json': { schema } }, description }
}
