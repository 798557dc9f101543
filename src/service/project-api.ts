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

export const TidyRequest = z.object({
  olderThanMs: z.number().nonnegative(),
  /** Deletes what is otherwise moved to `archive/`. */
  remove: z.boolean().optional(),
})
export type TidyRequest = z.infer<typeof TidyRequest>

export const TidyAnswer = z.object({
  /** Names of the tasks of which everything was moved or deleted. */
  tidied: z.array(z.string()),
  /** Those that have been over for long enough and stay, or whose files cannot be read. */
  left: z.array(z.object({ task: z.string(), why: z.string() })),
  /** How many have not been over for so long, and how many were begun and are not over. */
  recent: z.number(),
  notOver: z.number(),
})
export type TidyAnswer = z.infer<typeof TidyAnswer>
