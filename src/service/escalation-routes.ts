/** The routes of the escalations. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { mailboxesOf } from '../escalation/authority.ts'
import { Escalation } from '../escalation/escalation.ts'
import type { Escalations } from '../escalation/escalations.ts'
import { mailboxOfSender } from '../mail/names.ts'
import {
  AckRequest,
  EscalateRequest,
  EscalationAnswer,
  EscalationAnswered,
  EscalationList,
  EscalationQuery,
  SnoozeRequest,
} from './escalation-api.ts'
import { body, route } from './route.ts'

const params = z.object({ escalation: z.string().min(1).max(100) })

/** Who answers where nothing is said: the person who can reach the socket. */
const person = 'human'

export function addEscalationRoutes(app: OpenAPIHono, escalations: Escalations): void {
  app.openapi(route('get', '/escalations', EscalationList, { query: EscalationQuery }), (c) => {
    const { all, mailbox } = c.req.valid('query')
    const found = all === 'true' ? escalations.all() : { escalations: escalations.open(), unreadable: [] }
    const name = mailbox === undefined ? undefined : (mailboxOfSender(mailbox) ?? mailbox)
    const mine = found.escalations.filter((one) => name === undefined || mailboxesOf(one).includes(name))
    return c.json({ ...found, escalations: mine }, 200)
  })
  app.openapi(route('get', '/escalations/{escalation}', Escalation, { params }), (c) =>
    c.json(escalations.find(c.req.valid('param').escalation), 200),
  )
  app.openapi(
    route('post', '/escalations/{escalation}/answer', EscalationAnswered, {
      params,
      ...body(EscalationAnswer),
    }),
    async (c) => {
      const { by = person, secret, ...choice } = c.req.valid('json')
      const who = { from: by, via: 'cli' as const, secret }
      const { escalation, evidence, already } = await escalations.answer(
        c.req.valid('param').escalation,
        choice,
        who,
      )
      return c.json({ escalation, evidence, already }, 200)
    },
  )
  app.openapi(
    route('post', '/escalations/{escalation}/raise', Escalation, { params, ...body(EscalateRequest) }),
    (c) => {
      const { reason, by = person, to } = c.req.valid('json')
      return c.json(escalations.raise(c.req.valid('param').escalation, by, reason, to), 200)
    },
  )
  app.openapi(
    route('post', '/escalations/{escalation}/ack', Escalation, { params, ...body(AckRequest) }),
    (c) => {
      const { by = person, forMs } = c.req.valid('json')
      return c.json(escalations.acknowledge(c.req.valid('param').escalation, by, forMs), 200)
    },
  )
  app.openapi(
    route('post', '/escalations/{escalation}/snooze', Escalation, { params, ...body(SnoozeRequest) }),
    (c) => c.json(escalations.snooze(c.req.valid('param').escalation, c.req.valid('json').forMs), 200),
  )
}
