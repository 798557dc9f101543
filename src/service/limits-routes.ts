/** The routes of the limits. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { AccountLimit } from '../escalation/limits/account-limit.ts'
import { person } from '../escalation/person.ts'
import { ClearRequest, LimitList } from './limits-api.ts'
import { body, route } from './route.ts'
import type { Service } from './service.ts'

const params = z.object({ account: z.string().min(1).max(200) })

export function addLimitRoutes(app: OpenAPIHono, { limits }: Service): void {
  app.openapi(route('get', '/limits', LimitList, {}), (c) => c.json(limits.list(), 200))
  app.openapi(
    route('post', '/limits/{account}/clear', AccountLimit, { params, ...body(ClearRequest) }),
    (c) => {
      const { by = person, resume } = c.req.valid('json')
      return c.json(limits.clear(c.req.valid('param').account, by, resume), 200)
    },
  )
}
