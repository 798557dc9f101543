/**
 * One run of a task, as it stands in its file. Where the task comes from (YAML, a project's file, a request in a
 * mailbox) changes nothing here: the run keeps the whole {@link Task} that it was started with.
 */
import { z } from 'zod'
import { ProcessIdentity } from '../lib/process-identity-record.ts'
import { Task } from './task.ts'

export const RunState = z.enum([
  'queued',
  'running',
  'paused',
  /** An agent of it waits for an answer. */
  'blocked',
  /** It failed, and begins anew after a while. */
  'retrying',
  'completed',
  'failed',
  'stopped',
  'skipped',
])
export type RunState = z.infer<typeof RunState>

export const StepState = z.enum([
  'pending',
  'running',
  'blocked',
  'retrying',
  'completed',
  'failed',
  'stopped',
  'skipped',
])
export type StepState = z.infer<typeof StepState>

const Time = z.iso.datetime()

export const Progress = z.object({
  /** 0 to 100; absent where nobody knows. */
  percent: z.number().min(0).max(100).optional(),
  text: z.string().optional(),
})
export type Progress = z.infer<typeof Progress>

export const StepRun = z.object({
  name: z.string(),
  state: StepState,
  /** Why it is in this state; absent where the state says it all. */
  reason: z.string().optional(),
  /** From 1; 0 before it began. */
  attempt: z.int().nonnegative(),
  exitCode: z.int().optional(),
  signal: z.string().optional(),
  startedAt: Time.optional(),
  endedAt: Time.optional(),
  progress: Progress.optional(),
  /** Of the command, while it runs. */
  pid: z.int().positive().optional(),
  /** Of an agent: written before it is opened; the id follows when it is known. */
  session: z
    .object({
      name: z.string(),
      id: z.string().optional(),
      /** The agent's own id of the conversation. */
      conversation: z.string().optional(),
    })
    .optional(),
  /** Id of what the agent waits for, while it waits. */
  escalation: z.string().optional(),
})
export type StepRun = z.infer<typeof StepRun>

export const RunCause = z.object({
  kind: z.enum([
    'manual',
    'schedule',
    'dependency',
    'restart',
    'retry',
    'request',
    /** Its record could not be understood. */
    'unknown',
  ]),
  /** The moment that it was due. */
  scheduledFor: Time.optional(),
  /** Who asked for it, or which task needs it. */
  by: z.string().optional(),
})
export type RunCause = z.infer<typeof RunCause>

/** The process of a run. Its pid is its process group, too. */
export const RunProcess = ProcessIdentity.extend({
  /** Hash of its command line. */
  command: z.string(),
})
export type RunProcess = z.infer<typeof RunProcess>

export const Run = z.object({
  version: z.literal(1),
  id: z.string(),
  task: z.string(),
  /** Where the task stands: a file, and the line in it; for people. */
  source: z.object({ file: z.string().optional(), line: z.int().optional(), kind: z.string() }),
  definition: Task,
  /** What `--set` gave: added to the environment of the steps. */
  variables: z.record(z.string(), z.string()),
  /**
   * How many of its concurrency group run at once, as the files say that it was run from. Absent where its file is
   * followed: then that says it as it is now.
   */
  groupLimit: z.int().positive().optional(),
  cause: RunCause,
  state: RunState,
  /** Why it is in this state, as a sentence or a part of one. */
  reason: z.string(),
  /** From 1: how often all steps were begun; of a daemon, 1 more than its restarts. */
  attempt: z.int().nonnegative(),
  /** The next one begins then, while it is `retrying`. */
  nextAttemptAt: Time.optional(),
  steps: z.array(StepRun),
  /** Of the whole run: steps that are over, out of so many, and how far that is in percent. */
  progress: Progress.extend({ done: z.int(), of: z.int() }),
  /** Of a daemon: since when it is ready; absent while it is not. */
  readyAt: Time.optional(),
  /** Why the last probe of a daemon failed; absent when it went well. */
  probe: z.string().optional(),
  /** Of a daemon: when it was started again, the latest 20. */
  restarts: z.array(z.object({ at: Time, reason: z.string() })),
  process: RunProcess.optional(),
  createdAt: Time,
  startedAt: Time.optional(),
  endedAt: Time.optional(),
  /** When this was written. */
  updatedAt: Time,
  /** While it is paused: since when. */
  pausedAt: Time.optional(),
  /** What could not be written into its log, and why. */
  logLost: z.object({ lines: z.int(), bytes: z.int(), why: z.string() }).optional(),
  /** Nobody was there to say how it ended: its process was gone. */
  vanished: z.literal(true).optional(),
  /** There was no run: this is the record of due runs that were left out. */
  missed: z.object({ count: z.int().positive(), atLeast: z.boolean(), first: Time }).optional(),
  /** Of each pattern of its alerts: how many lines fitted, and the last one, redacted. */
  matches: z.array(
    z.object({ pattern: z.string(), count: z.int(), at: Time, step: z.string(), line: z.string() }),
  ),
})
export type Run = z.infer<typeof Run>
