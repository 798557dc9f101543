/** The part of the service's HTTP API that is about projects. */
import { z } from 'zod'

export const MonitoredProject = z.object({
  name: z.string(),
  path: z.string(),
  state: z.enum(['ready', 'disabled', 'missing', 'unreadable', 'hanging', 'trouble']),
  /** Why it is in that state, or what the monitor waits for. */
  reason: z.string(),
  /** The task that is worked on. */
  task: z.string().optional(),
})
export type MonitoredProject = z.infer<typeof MonitoredProject>

export const ProjectList = z.object({ projects: z.array(MonitoredProject) })
export type ProjectList = z.infer<typeof ProjectList>

export const TaskAnswer = z.object({
  task: z.string(),
  /** What became of it. */
  what: z.string(),
})
export type TaskAnswer = z.infer<typeof TaskAnswer>

export const RestartedProjects = z.object({ restarted: z.array(z.string()) })
export type RestartedProjects = z.infer<typeof RestartedProjects>
