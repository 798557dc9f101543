/** The routes of the hooks by which agents without a terminal ask. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { Ask, AskState, asksPath } from '../signals/hooks/ask-record.ts'
import { Done } from './api.ts'
import { body, route } from './route.ts'
import type { Service } from './service.ts'

const params = z.object({ ask: z.string().min(1).max(100) })

/** Longest wait of one request, in ms; a hook that waits longer asks again. */
const longestWaitMs = 60_000

const WaitQuery = z.object({ waitMs: z.coerce.number().int().min(0).max(longestWaitMs).default(0) })

export function addAskRoutes(app: OpenAPIHono, { asks }: Service): void {
  // It is on the disk before the answer.
  app.openapi(route('post', asksPath, AskState, body(Ask)), (c) => c.json(asks.ask(c.req.valid('json')), 200))
  app.openapi(route('get', `${asksPath}/{ask}`, AskState, { params, query: WaitQuery }), async (c) => {
    const { waitMs } = c.req.valid('query')
    return c.json(await asks.wait(c.req.valid('param').ask, waitMs, c.req.raw.signal), 200)
  })
  app.openapi(route('post', `${asksPath}/{ask}/taken`, Done, { params }), (c) => {
    asks.taken(c.req.valid('param').ask)
    return c.json({ done: true as const }, 200)
  })
}
