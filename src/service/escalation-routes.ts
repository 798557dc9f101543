/** The routes of the escalations. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { isAsked } from '../escalation/authority.ts'
import { Escalation } from '../escalation/escalation.ts'
import { person } from '../escalation/person.ts'
import { OrchError } from '../lib/errors.ts'
import { mailboxOfSender } from '../mail/names.ts'
import { AnswerQueued } from './api.ts'
import {
  AckRequest,
  EscalateRequest,
  EscalationAnswer,
  EscalationAnswered,
  EscalationList,
  EscalationQuery,
  NextEscalation,
  NextQuery,
  SnoozeRequest,
} from './escalation-api.ts'
import { body, deliveryRoute, route } from './route.ts'
import type { Service } from './service.ts'
import { waitForEvent } from './wait-for-event.ts'

const params = z.object({ escalation: z.string().min(1).max(100) })

export function addEscalationRoutes(app: OpenAPIHono, { escalations, journal }: Service): void {
  app.openapi(route('get', '/escalations', EscalationList, { query: EscalationQuery }), (c) => {
    const { all, mailbox } = c.req.valid('query')
    const found = all === 'true' ? escalations.all() : { escalations: escalations.open(), unreadable: [] }
    const who = participant(mailbox)
    const mine = found.escalations.filter((one) => who === undefined || isAsked(one, who))
    return c.json({ ...found, escalations: mine }, 200)
  })
  app.openapi(route('get', '/escalations/next', NextEscalation, { query: NextQuery }), async (c) => {
    const { mailbox, waitMs } = c.req.valid('query')
    const find = () => escalations.next(participant(mailbox))
    const escalation = await waitForEvent(journal, find, waitMs, c.req.raw.signal)
    return c.json({ ...(escalation && { escalation }) }, 200)
  })
  app.openapi(route('get', '/escalations/{escalation}', Escalation, { params }), (c) =>
    c.json(escalations.find(c.req.valid('param').escalation), 200),
  )
  app.openapi(
    deliveryRoute('/escalations/{escalation}/answer', EscalationAnswered, AnswerQueued, {
      params,
      ...body(EscalationAnswer),
    }),
    async (c) => {
      const { by = person, via, secret, fingerprint, ...choice } = c.req.valid('json')
      const { id, prompt } = escalations.find(c.req.valid('param').escalation)
      if (fingerprint !== undefined && fingerprint !== prompt?.fingerprint) throw otherPrompt(prompt)
      const {
        answer,
        step: delivered,
        queued,
        ...taken
      } = await escalations.answer(id, choice, { from: by, via, secret })
      const { evidence } = taken
      if (queued !== undefined)
        return c.json({ confirmed: false as const, evidence, delivered: 'mailbox' as const, queued }, 202)
      return c.json({ ...taken, delivered, confirmed: true as const, chosen: answer.chosen ?? '' }, 200)
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
    (c) => {
      const { by = person, forMs } = c.req.valid('json')
      return c.json(escalations.snooze(c.req.valid('param').escalation, by, forMs), 200)
    },
  )
}

function participant(mailbox: string | undefined): string | undefined {
  return mailbox === undefined ? undefined : (mailboxOfSender(mailbox) ?? mailbox)
}

function otherPrompt(prompt: Escalation['prompt']): OrchError {
  const asked = prompt?.question ?? 'nothing that could be read'
  return new OrchError('prompt-changed', `Nothing was typed: it asks something else (${asked}).`, {
    hint: 'Look with `iterm-orch show`, and answer what is asked now.',
    details: { typed: false, ...(prompt && { prompt }) },
  })
}
