/** `results/<task id>.json` of a project: how a task went, with everything that was captured. */
import { z } from 'zod'

const Time = z.iso.datetime()

/** As in the queue; `results/` has those that began. */
export const TaskStatus = z.enum([
  'queued',
  'held',
  'running',
  'blocked',
  'retrying',
  'completed',
  'failed',
  'cancelled',
])
export type TaskStatus = z.infer<typeof TaskStatus>

/** Tokens, as far as the agent tells. */
export const Usage = z.looseObject({
  input_tokens: z.number().optional(),
  output_tokens: z.number().optional(),
  cache_read_tokens: z.number().optional(),
  cache_write_tokens: z.number().optional(),
})
export type Usage = z.infer<typeof Usage>

/** What the agent said of its work. */
export const WorkerOutput = z.looseObject({
  /** Its last words. */
  summary: z.string(),
  usage: Usage.optional(),
  /** US dollars, as the agent counts them. */
  cost_usd: z.number().optional(),
  /** Id of its conversation, with which it can be resumed. */
  session_id: z.string().optional(),
  turns: z.number().optional(),
  /** What it wanted to do and was not allowed to. */
  denied: z
    .array(z.object({ tool: z.string(), what: z.string().optional(), why: z.string().optional() }))
    .optional(),
  /** What it printed, decoded no further; long ones end in `raw_output_file`. */
  raw_output: z.string().optional(),
  raw_output_file: z.string().optional(),
})
export type WorkerOutput = z.infer<typeof WorkerOutput>

export const AttemptResult = z.looseObject({
  number: z.int().positive(),
  run: z.string(),
  status: z.enum(['completed', 'failed', 'cancelled']),
  error: z.string().nullable(),
  started_at: Time,
  completed_at: Time,
  duration_seconds: z.number(),
  /** What this attempt cost; `worker_output` of the result is that of the last one. */
  usage: Usage.optional(),
  cost_usd: z.number().optional(),
})
export type AttemptResult = z.infer<typeof AttemptResult>

export const TaskResult = z.looseObject({
  version: z.literal(1),
  task_id: z.string(),
  project: z.string(),
  /** `retrying`: of an attempt after which another one comes. */
  status: z.enum(['completed', 'failed', 'retrying', 'cancelled']),
  /** Null where nothing was captured; long ones are cut, and whole in `stdout_file`. */
  stdout: z.string().nullable(),
  stderr: z.string().nullable(),
  /** Names of files beside this one. */
  stdout_file: z.string().optional(),
  stderr_file: z.string().optional(),
  /** Of all attempts together, without the waits between them. */
  duration_seconds: z.number(),
  worker_output: WorkerOutput.nullable(),
  error: z.string().nullable(),
  started_at: Time,
  completed_at: Time,
  attempts: z.array(AttemptResult),
  mode: z.enum(['headless', 'session']).optional(),
  agent: z.string().optional(),
  agent_version: z.string().optional(),
  model: z.string().optional(),
  /** What it was allowed to do without asking. */
  permissions: z.string().optional(),
  git: z
    .looseObject({
      commit_before: z.string().nullable(),
      commit_after: z.string().nullable(),
      /** Paths that differ from `commit_before`, committed or not. */
      changed_files: z.array(z.string()),
      renames: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
      /** What could not be found out. */
      problem: z.string().optional(),
      /** Its reason says why it was kept. */
      worktree: z
        .object({ path: z.string(), branch: z.string(), kept: z.boolean(), reason: z.string().optional() })
        .optional(),
    })
    .optional(),
  escalations: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      text: z.string(),
      outcome: z.string(),
      answer: z.string().nullable(),
      from: z.string().nullable(),
      asked_at: z.string(),
      closed_at: z.string().nullable(),
    }),
  ),
  warnings: z.array(z.string()).optional(),
  /** sha256 of the document that was worked on. */
  document_sha256: z.string(),
})
export type TaskResult = z.infer<typeof TaskResult>
