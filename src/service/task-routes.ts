/** The routes of the tasks. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { isOver } from '../runner/run-state.ts'
import type { Scheduler } from '../tasks/schedule/scheduler.ts'
import type { TaskDesk } from '../tasks/schedule/task-desk.ts'
import { RunInfo } from '../tasks/schedule/task-status.ts'
import { eventStream } from './event-stream.ts'
import { body, route, streamRoute } from './route.ts'
import {
  ControlResponse,
  EnableTasksRequest,
  History,
  HistoryQuery,
  RestartTasksRequest,
  RunQuery,
  RunTasksRequest,
  RunTasksResponse,
  StopTasksRequest,
  TaskList,
  TaskQuery,
  TasksRequest,
} from './task-api.ts'
import { pushStatuses } from './task-stream.ts'

const task = z.string().min(1).max(200)
const params = z.object({ task })
const runParams = z.object({ task, run: z.string().min(1).max(100) })

export interface TaskService {
  tasks: { scheduler: Scheduler; desk: TaskDesk }
}

export function addTaskRoutes(app: OpenAPIHono, { tasks: { scheduler, desk } }: TaskService): void {
  app.openapi(route('get', '/tasks', TaskList, { query: TaskQuery }), async (c) => {
    const { task: patterns = [], usage } = c.req.valid('query')
    const tasks = await desk.statuses([patterns].flat(), usage === 'true')
    return c.json({ tasks, problems: desk.problems, notices: desk.notices }, 200)
  })
  app.openapi(streamRoute('/tasks/watch', { query: TaskQuery }), async (c) => {
    const { task: patterns = [], usage } = c.req.valid('query')
    const wanted = [patterns].flat()
    // An unknown name is an answer with a status, not a stream that ends.
    if (wanted.length > 0) await desk.statuses(wanted, false)
    return eventStream(c, (push, signal) =>
      pushStatuses({ scheduler, desk, patterns: wanted, usage: usage === 'true' }, push, signal),
    )
  })
  app.openapi(route('post', '/tasks/run', RunTasksResponse, body(RunTasksRequest)), (c) =>
    c.json(desk.run(c.req.valid('json')), 200),
  )
  app.openapi(route('post', '/tasks/stop', ControlResponse, body(StopTasksRequest)), async (c) => {
    const { tasks, force } = c.req.valid('json')
    return c.json({ results: await desk.stop(tasks, force), notices: [] }, 200)
  })
  app.openapi(route('post', '/tasks/pause', ControlResponse, body(TasksRequest)), async (c) =>
    c.json({ results: await desk.pause(c.req.valid('json').tasks), notices: [] }, 200),
  )
  app.openapi(route('post', '/tasks/resume', ControlResponse, body(TasksRequest)), async (c) =>
    c.json({ results: await desk.resume(c.req.valid('json').tasks), notices: [] }, 200),
  )
  app.openapi(route('post', '/tasks/restart', ControlResponse, body(RestartTasksRequest)), async (c) => {
    const { force, ...wish } = c.req.valid('json')
    return c.json(await desk.restart(wish, force), 200)
  })
  app.openapi(route('post', '/tasks/enable', ControlResponse, body(EnableTasksRequest)), (c) => {
    const { tasks, cwd, files } = c.req.valid('json')
    return c.json(desk.enable(tasks, cwd, files), 200)
  })
  app.openapi(route('post', '/tasks/disable', ControlResponse, body(TasksRequest)), (c) =>
    c.json({ results: desk.disable(c.req.valid('json').tasks), notices: [] }, 200),
  )
  app.openapi(route('get', '/tasks/{task}/runs', History, { params, query: HistoryQuery }), (c) =>
    c.json(desk.history(c.req.valid('param').task, c.req.valid('query').limit), 200),
  )
  app.openapi(
    route('get', '/tasks/{task}/runs/{run}', RunInfo, { params: runParams, query: RunQuery }),
    async (c) => {
      const { task: name, run } = c.req.valid('param')
      const { waitMs, seen } = c.req.valid('query')
      const find = () => desk.runOf(name, run)
      const isNews = (info: RunInfo) => isOver(info) || seen === undefined || info.updatedAt !== seen
      return c.json(await untilNews(scheduler, find, isNews, waitMs, c.req.raw.signal), 200)
    },
  )
}

/** What is found as soon as it is news, at the latest after `waitMs`. */
function untilNews(
  scheduler: Scheduler,
  find: () => RunInfo,
  isNews: (info: RunInfo) => boolean,
  waitMs: number,
  signal: AbortSignal,
): Promise<RunInfo> {
  const first = find()
  if (isNews(first) || waitMs === 0) return Promise.resolve(first)
  return new Promise((resolve, reject) => {
    const done = (result: () => RunInfo) => {
      clearTimeout(timer)
      scheduler.off('changed', look)
      signal.removeEventListener('abort', end)
      try {
        resolve(result())
      } catch (error) {
        reject(error)
      }
    }
    const look = () => {
      if (isNews(find())) done(find)
    }
    const end = () => done(find)
    const timer = setTimeout(end, waitMs)
    scheduler.on('changed', look)
    signal.addEventListener('abort', end)
  })
}
