/**
 * A task as it runs: complete, with absolute paths, milliseconds and bytes. What people write in YAML is a
 * `TaskDefinition`; a project's file or a request in a mailbox may become a `Task` as well. A run keeps the one
 * that it was started with.
 */
import { z } from 'zod'

/** A task's name is the name of its files, too; those that people write in YAML. */
export const TaskName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'is no name of a task: up to 64 letters, digits, dots, hyphens and underscores, a letter or digit first',
  )

export const TaskType = z.enum(['one-shot', 'daemon', 'cron'])
export type TaskType = z.infer<typeof TaskType>

export const Severity = z.enum(['info', 'warning', 'critical'])
export type Severity = z.infer<typeof Severity>

export const Backoff = z.enum(['fixed', 'exponential'])

export const StopSignal = z.enum(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'])

const Retry = z.object({
  /** How often it is tried again after the first time. */
  times: z.int().nonnegative(),
  backoff: Backoff,
  delayMs: z.number().nonnegative(),
  maxDelayMs: z.number().nonnegative(),
})
export type Retry = z.infer<typeof Retry>

/** When an agent step is over. */
const Done = z.discriminatedUnion('when', [
  /** The file is there, and was written after the step began. */
  z.object({ when: z.literal('file'), path: z.string() }),
  /** The agent said so in its mailbox. */
  z.object({ when: z.literal('completion') }),
  /** The agent has worked and waits for its next order. */
  z.object({ when: z.literal('idle') }),
  /** The agent's program ended. */
  z.object({ when: z.literal('exit') }),
])
export type Done = z.infer<typeof Done>

const CommandAction = z.object({
  kind: z.literal('command'),
  /** A line for `/bin/sh`, or a program with its arguments. */
  run: z.union([z.string(), z.array(z.string())]),
  /** Absolute paths of files that get its output as it comes, beside the log; added to. */
  capture: z.object({ stdout: z.string(), stderr: z.string() }).optional(),
  /** Absolute path of the file that is its standard input; absent: it has none. */
  stdin: z.string().optional(),
  /** Absolute path of a directory in which its agent shows what it waits for; absent: it asks for nothing. */
  asks: z.string().optional(),
})
export type CommandAction = z.infer<typeof CommandAction>
const AgentAction = z.object({
  kind: z.literal('agent'),
  /** Absent: the agent of the configuration. */
  agent: z.string().optional(),
  /** Exactly one of the two. */
  prompt: z.string().optional(),
  file: z.string().optional(),
  /** More arguments for its program. */
  args: z.array(z.string()).optional(),
  /** Absolute path of a file that gets the end of its screen. */
  screen: z.string().optional(),
  done: Done,
})
export type AgentAction = z.infer<typeof AgentAction>

export const Step = z.object({
  /** One of its kind in the task. */
  name: z.string(),
  action: z.discriminatedUnion('kind', [CommandAction, AgentAction]),
  /** An expression of `condition.ts`; absent: when everything before it went well. */
  if: z.string().optional(),
  cwd: z.string(),
  /** Added to the task's. */
  env: z.record(z.string(), z.string()),
  timeoutMs: z.number().positive().optional(),
  retry: Retry.optional(),
  continueOnError: z.boolean(),
})
export type Step = z.infer<typeof Step>

export const Schedule = z.object({
  /** Exactly one of the two: a cron expression, or a distance. */
  cron: z.string().optional(),
  everyMs: z.number().positive().optional(),
  /** Absent: the computer's own. */
  timezone: z.string().optional(),
  jitterMs: z.number().nonnegative(),
  catchUp: z.enum(['none', 'last', 'all']),
})
export type Schedule = z.infer<typeof Schedule>

export const Probe = z.object({
  check: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('run'), run: z.union([z.string(), z.array(z.string())]) }),
    z.object({ kind: z.literal('http'), url: z.string() }),
    z.object({ kind: z.literal('tcp'), host: z.string(), port: z.int() }),
    /** A regular expression; as `alive`, a line has to fit since the last check. */
    z.object({ kind: z.literal('log'), pattern: z.string() }),
  ]),
  everyMs: z.number().positive(),
  timeoutMs: z.number().positive(),
  /** Before the first check. */
  afterMs: z.number().nonnegative(),
  /** So many in a row, and the probe has failed. */
  failures: z.int().positive(),
})
export type Probe = z.infer<typeof Probe>

/** What holds only for a daemon. */
export const DaemonRules = z.object({
  policy: z.enum(['always', 'on-failure', 'never']),
  delayMs: z.number().nonnegative(),
  backoff: Backoff,
  maxDelayMs: z.number().nonnegative(),
  /** So many restarts without `resetAfterMs` of good running, and it is given up; absent: never. */
  limit: z.int().nonnegative().optional(),
  resetAfterMs: z.number().nonnegative(),
  ready: Probe.optional(),
  alive: Probe.optional(),
})
export type DaemonRules = z.infer<typeof DaemonRules>

export const Alert = z.discriminatedUnion('on', [
  z.object({ on: z.literal('failed'), severity: Severity }),
  z.object({ on: z.literal('completed'), severity: Severity }),
  /** A due run was not started. */
  z.object({ on: z.literal('missed'), severity: Severity }),
  z.object({ on: z.literal('slow'), severity: Severity, afterMs: z.number().positive() }),
  z.object({ on: z.literal('log'), severity: Severity, pattern: z.string() }),
  /** A daemon was started again more than `times` within `withinMs`. */
  z.object({
    on: z.literal('restarts'),
    severity: Severity,
    times: z.int().positive(),
    withinMs: z.number().positive(),
  }),
])
export type Alert = z.infer<typeof Alert>

export const Task = z.object({
  /** A {@link TaskName}, or the name of a project's document without `.md`. */
  name: z.string().min(1).max(180),
  description: z.string().optional(),
  type: TaskType,
  enabled: z.boolean(),
  groups: z.array(z.string()),
  /** At least one. Of a daemon, the last is the one that goes on running. */
  steps: z.array(Step).min(1),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  /** Read when a run starts; its values are not written down anywhere. */
  envFile: z.string().optional(),
  /** Of one try of all steps together. */
  timeoutMs: z.number().positive().optional(),
  retry: Retry.optional(),
  overlap: z.enum(['skip', 'queue', 'replace']),
  /** Group in which only so many run at once. */
  concurrency: z.string().optional(),
  needs: z.array(z.string()),
  /** There for cron tasks only. */
  schedule: Schedule.optional(),
  /** There for daemons only. */
  daemon: DaemonRules.optional(),
  stop: z.object({ signal: StopSignal, graceMs: z.number().nonnegative() }),
  alerts: z.array(Alert),
  log: z.object({ maxBytes: z.int().positive(), keep: z.int().nonnegative() }),
})
export type Task = z.infer<typeof Task>
