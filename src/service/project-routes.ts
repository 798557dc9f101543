/** The routes of the projects. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import type { ProjectMonitor } from '../projects/monitor/project-monitor.ts'
import { cancelTask, retryTask, runTaskNow } from '../projects/monitor/task-commands.ts'
import { tidyActor } from '../projects/monitor/tidy-actor.ts'
import { ProjectList, RestartedProjects, TaskAnswer, TidyAnswer, TidyRequest } from './project-api.ts'
import { body, route } from './route.ts'

const project = z.string().min(1).max(200)
const params = z.object({ project })
const taskParams = z.object({ project, task: z.string().min(1).max(1_000) })

export function addProjectRoutes(app: OpenAPIHono, { projects }: { projects: ProjectMonitor }): void {
  app.openapi(route('get', '/projects', ProjectList, {}), (c) => c.json({ projects: projects.list() }, 200))
  app.openapi(route('post', '/projects/restart', RestartedProjects, {}), (c) =>
    c.json({ restarted: projects.restartAll() }, 200),
  )
  app.openapi(route('post', '/projects/{project}/restart', RestartedProjects, { params }), (c) => {
    const { project: name } = c.req.valid('param')
    projects.restart(name)
    return c.json({ restarted: [name] }, 200)
  })
  app.openapi(
    route('post', '/projects/{project}/tidy', TidyAnswer, { params, ...body(TidyRequest) }),
    async (c) => {
      const { olderThanMs, remove = false } = c.req.valid('json')
      const actor = projects.get(c.req.valid('param').project)
      return c.json(await tidyActor(actor, { olderThanMs, remove }), 200)
    },
  )
  app.openapi(
    route('post', '/projects/{project}/tasks/{task}/cancel', TaskAnswer, { params: taskParams }),
    async (c) => {
      const { project: name, task } = c.req.valid('param')
      return c.json(await cancelTask(projects.get(name), task), 200)
    },
  )
  app.openapi(
    route('post', '/projects/{project}/tasks/{task}/retry', TaskAnswer, { params: taskParams }),
    async (c) => {
      const { project: name, task } = c.req.valid('param')
      return c.json(await retryTask(projects.get(name), task), 200)
    },
  )
  app.openapi(
    route('post', '/projects/{project}/tasks/{task}/run-now', TaskAnswer, { params: taskParams }),
    async (c) => {
      const { project: name, task } = c.req.valid('param')
      return c.json(await runTaskNow(projects.get(name), task), 200)
    },
  )
}
