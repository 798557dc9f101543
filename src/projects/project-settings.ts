/** `projects:` of `config.yaml`: what holds for the tasks of projects whose documents do not say it. */
import { z } from 'zod'
import { PermissionMode } from '../agents/headless/headless-shape.ts'
import { Duration } from '../lib/duration-schema.ts'
import { TaskMode } from './run/task-record.ts'

export const ProjectSettings = z.strictObject({
  /** How many tasks of all projects run at once; of one project it is always one. What waits for an answer is not counted. */
  parallel: z.int().min(1).max(1_000).default(8),
  /** A document counts as completely written when nobody wrote it for so long. */
  settle: Duration.default(500),
  /** Before a task is tried again for the first time; twice as long each time after that, up to `max_retry_delay`. */
  retry_delay: Duration.default(10_000),
  max_retry_delay: Duration.default(300_000),
  mode: TaskMode.default('headless'),
  /** Absent: the agent of the configuration. */
  agent: z.string().min(1).optional(),
  model: z.string().min(1).optional(),
  /** Absent: `accept-edits`, for agents that have modes. */
  permissions: PermissionMode.optional(),
  /** Ms; absent: as long as it takes. */
  timeout: Duration.optional(),
})
export type ProjectSettings = z.output<typeof ProjectSettings>
