/** How a document is worked on in one attempt: what was in force when that began. */
import { z } from 'zod'
import { PermissionMode } from '../../agents/headless/headless-shape.ts'

export const TaskMode = z.enum(['headless', 'session'])
export type TaskMode = z.infer<typeof TaskMode>

export const Plan = z.object({
  mode: TaskMode,
  agent: z.string(),
  model: z.string().optional(),
  /** Headless. Absent: what the agent is given mostly. */
  permissions: PermissionMode.optional(),
  /** Of a session: when its agent is done. */
  done: z.string().optional(),
  timeoutMs: z.number().optional(),
  /** How often it may be tried again. */
  retries: z.int().nonnegative(),
  /** In a worktree of its own; on the branch of this name. */
  worktree: z.union([z.boolean(), z.string()]),
  /** Around the text of the document; absent: the text alone. */
  prompt: z.string().optional(),
})
export type Plan = z.output<typeof Plan>
