/** `state/tasks/<task id>/task.json` of a project: what was done with a task. Written before it is done. */
import { z } from 'zod'
import { Plan, TaskMode } from './plan.ts'

const Time = z.iso.datetime()

/** How one attempt ended. */
export const AttemptEnd = z.object({
  at: Time,
  state: z.enum(['completed', 'failed', 'cancelled']),
  /** As a sentence or a part of one; absent where the state says it all. */
  reason: z.string().optional(),
  /** Nobody could say how it went: its process, or the computer, was stopped in the middle. */
  interrupted: z.literal(true).optional(),
})
export type AttemptEnd = z.infer<typeof AttemptEnd>

/** What is known when an attempt begins, and must outlive a crash. */
export const AttemptFacts = z.object({
  mode: TaskMode,
  /** Name of its profile. */
  agent: z.string(),
  /** As the program says it; absent when it does not. */
  agentVersion: z.string().optional(),
  model: z.string().optional(),
  /** What it may do without asking. */
  permissions: z.string().optional(),
  /** Where the agent works: the project's directory, or a worktree of its own. */
  cwd: z.string(),
  worktree: z.object({ path: z.string(), branch: z.string() }).optional(),
  /** Commit before it began; absent outside of git. */
  gitBefore: z.string().optional(),
  /** Files that were changed and not committed by then, with size and time; and how many more. */
  gitDirty: z.record(z.string(), z.string()).optional(),
  gitDirtyMore: z.int().optional(),
  /** Files with what it printed, where it is captured. */
  captured: z.object({ stdout: z.string(), stderr: z.string() }).optional(),
  /** What people should know: an `.env` that others may read, a worktree without what is not committed. */
  warnings: z.array(z.string()).optional(),
})
export type AttemptFacts = z.infer<typeof AttemptFacts>

export const Attempt = z.object({
  /** From 1. */
  number: z.int().positive(),
  /** Id of its run: `state/tasks/<task id>/runs/<run>.json`. */
  run: z.string(),
  startedAt: Time,
  /** Absent until it is prepared. */
  facts: AttemptFacts.optional(),
  /** Absent while it goes on. */
  end: AttemptEnd.optional(),
})
export type Attempt = z.infer<typeof Attempt>

export const TaskRecord = z.looseObject({
  version: z.literal(1),
  task_id: z.string(),
  /**
   * The document as it was when the last attempt began: an agent goes on with what it was given. `text` is the whole
   * file with its front matter, `sha256` that of its bytes.
   */
  document: z.object({ sha256: z.string(), text: z.string() }),
  /** What was in force when the last attempt began; its `retries` decide whether there is another one. */
  plan: Plan.optional(),
  attempts: z.array(Attempt),
  /** Attempts before it was last asked for with `task retry`: they do not count for its `retries`. */
  earlierAttempts: z.int().nonnegative().optional(),
  /** The attempt that goes on is to be ended: since then. */
  cancelAsked: Time.optional(),
  /** `retrying`: the next attempt begins then. */
  nextAttemptAt: Time.optional(),
  /** It is over, and its result is written; `task retry` takes this away. */
  over: AttemptEnd.optional(),
})
export type TaskRecord = z.infer<typeof TaskRecord>
