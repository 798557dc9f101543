/** The paths of the HTTP API, with the OpenAPI description that is made from the same schemas. */
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { ownVersion } from '../lib/version.ts'
import { HookReport } from '../signals/hooks/hook-event.ts'
import { hookPath } from '../signals/hooks/report-hook.ts'
import {
  AnswerQueued,
  AnswerRequest,
  AnswerResponse,
  CloseRequest,
  DoctorReport,
  Done,
  Health,
  InjectRequest,
  InjectResponse,
  InputRequest,
  LaunchRequest,
  LaunchResponse,
  ReadQuery,
  ReadResponse,
  RenameRequest,
  ResizeRequest,
  RestartRequest,
  ResumeRequest,
  SessionInfo,
  SessionList,
  SessionRef,
} from './api.ts'
import { addAskRoutes } from './ask-routes.ts'
import { Capture, capture } from './capture.ts'
import { decodeInput } from './decode-input.ts'
import { answerError, refuseInvalid } from './error-answer.ts'
import { addEscalationRoutes } from './escalation-routes.ts'
import { eventStream } from './event-stream.ts'
import { explain, WhyResponse } from './explain.ts'
import { addLimitRoutes } from './limits-routes.ts'
import { addProjectRoutes } from './project-routes.ts'
import { body, deliveryRoute, route, streamRoute } from './route.ts'
import type { Service } from './service.ts'
import { pushEvents, pushFrames } from './streams.ts'
import { addTaskRoutes } from './task-routes.ts'

const done = { done: true as const }
const reference = z.object({ reference: SessionRef })
const EventQuery = z.object({
  /** References of sessions; repeat it for more than one. */
  session: z.union([SessionRef, z.array(SessionRef)]).optional(),
  screens: z.enum(['true', 'false']).default('false'),
})

/** @param shutdown ends the process after the answer is out */
export function createApp(service: Service, shutdown: () => void): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: refuseInvalid })
  app.onError(answerError)
  app.notFound((context) =>
    context.json({ error: { code: 'usage', message: `There is nothing at ${context.req.path}.` } }, 404),
  )
  const { sessions } = service

  app.openapi(route('get', '/health', Health, {}), async (c) => c.json(await service.health(), 200))
  app.openapi(route('get', '/doctor', DoctorReport, {}), async (c) => c.json(await service.doctor(), 200))
  app.openapi(route('get', '/sessions', SessionList, {}), (c) => c.json({ sessions: sessions.list() }, 200))
  app.openapi(route('post', '/sessions', LaunchResponse, body(LaunchRequest)), async (c) =>
    c.json(await service.launch(c.req.valid('json')), 200),
  )
  app.openapi(route('get', '/sessions/{reference}', SessionInfo, { params: reference }), (c) =>
    c.json(sessions.find(c.req.valid('param').reference).info(), 200),
  )
  app.openapi(route('get', '/sessions/{reference}/why', WhyResponse, { params: reference }), (c) =>
    c.json(explain(sessions.find(c.req.valid('param').reference)), 200),
  )
  app.openapi(route('get', '/sessions/{reference}/capture', Capture, { params: reference }), async (c) =>
    c.json(await capture(sessions.find(c.req.valid('param').reference)), 200),
  )
  app.openapi(
    route('get', '/sessions/{reference}/screen', ReadResponse, { params: reference, query: ReadQuery }),
    async (c) => {
      const session = sessions.find(c.req.valid('param').reference)
      const { lines, ansi } = c.req.valid('query')
      return c.json({ ...(await session.read(lines, ansi === 'true')), session: session.info() }, 200)
    },
  )
  app.openapi(
    deliveryRoute('/sessions/{reference}/inject', InjectResponse, InjectResponse, action(InjectRequest)),
    async (c) => {
      const session = sessions.find(c.req.valid('param').reference)
      // A text that waits is not typed any more when nobody waits for it.
      const result = await service.inject(session, { ...c.req.valid('json'), signal: c.req.raw.signal })
      const answer = { ...result, session: session.info() }
      return result.queued === undefined ? c.json(answer, 200) : c.json(answer, 202)
    },
  )
  app.openapi(
    deliveryRoute('/sessions/{reference}/answer', AnswerResponse, AnswerQueued, action(AnswerRequest)),
    async (c) => {
      const session = sessions.find(c.req.valid('param').reference)
      const result = await service.answer(session, c.req.valid('json'))
      if (!result.confirmed) return c.json(result, 202)
      return c.json({ ...result, session: session.info() }, 200)
    },
  )
  app.openapi(route('post', '/sessions/{reference}/focus', Done, { params: reference }), async (c) => {
    await sessions.find(c.req.valid('param').reference).focus()
    return c.json(done, 200)
  })
  app.openapi(route('post', '/sessions/{reference}/close', Done, action(CloseRequest)), async (c) => {
    await sessions.close(sessions.find(c.req.valid('param').reference), c.req.valid('json').force)
    return c.json(done, 200)
  })
  app.openapi(
    route('post', '/sessions/{reference}/rename', SessionInfo, action(RenameRequest)),
    async (c) => {
      const session = sessions.find(c.req.valid('param').reference)
      await sessions.rename(session, c.req.valid('json').name)
      return c.json(session.info(), 200)
    },
  )
  app.openapi(
    route('post', '/sessions/{reference}/restart', SessionInfo, action(RestartRequest)),
    async (c) => {
      const session = sessions.find(c.req.valid('param').reference)
      return c.json(await service.restart(session, c.req.valid('json')), 200)
    },
  )
  app.openapi(
    route('post', '/sessions/{reference}/resume', SessionInfo, action(ResumeRequest)),
    async (c) => {
      const session = sessions.find(c.req.valid('param').reference)
      return c.json(await service.resume(session, c.req.valid('json')), 200)
    },
  )
  app.openapi(route('post', '/sessions/{reference}/input', Done, action(InputRequest)), async (c) => {
    const session = sessions.find(c.req.valid('param').reference)
    service.escalations.typing(session.id, 'terminal')
    await session.input(decodeInput(c.req.valid('json').data))
    return c.json(done, 200)
  })
  app.openapi(route('post', '/sessions/{reference}/size', Done, action(ResizeRequest)), async (c) => {
    const { columns, rows } = c.req.valid('json')
    await sessions.find(c.req.valid('param').reference).resize(columns, rows)
    return c.json(done, 200)
  })
  app.openapi(streamRoute('/events', { query: EventQuery }), (c) => {
    const { session = [], screens } = c.req.valid('query')
    const wanted = [session].flat().map((name) => sessions.find(name).id)
    // As the standard has it: the client that connects again names the last event it got.
    const after = c.req.header('last-event-id') || undefined
    return eventStream(c, (push, signal) =>
      pushEvents(service.journal, wanted, screens === 'true', after, push, signal),
    )
  })
  app.openapi(streamRoute('/sessions/{reference}/attach', { params: reference }), (c) => {
    const session = sessions.find(c.req.valid('param').reference)
    return eventStream(c, (push, signal) => pushFrames(service.journal, session, push, signal))
  })
  // What must last is on the disk before the answer: a report that was not taken is left in a file.
  app.openapi(route('post', hookPath, Done, body(HookReport)), (c) => {
    service.hooks.take(c.req.valid('json'))
    return c.json(done, 200)
  })
  addEscalationRoutes(app, service)
  addAskRoutes(app, service)
  addTaskRoutes(app, service)
  addProjectRoutes(app, service)
  addLimitRoutes(app, service)
  app.openapi(route('post', '/shutdown', Done, {}), (c) => {
    setImmediate(shutdown)
    return c.json(done, 200)
  })
  app.doc31('/openapi.json', { openapi: '3.1.0', info: { title: 'iterm-orch', version: ownVersion() } })
  return app
}

function action<S extends z.ZodType>(schema: S) {
  return { params: reference, ...body(schema) }
}
