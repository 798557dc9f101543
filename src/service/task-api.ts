/** The part of the service's HTTP API that is about tasks. */
import { z } from 'zod'
import { RunInfo, TaskStatus } from '../tasks/schedule/task-status.ts'

/** A task, `audit-*`, or `@group`. */
const Patterns = z.array(z.string().min(1).max(200)).min(1).max(1_000)
const Pattern = z.string().min(1).max(200)

/** Where tasks are looked for beside config.yaml; both absolute. */
const Places = {
  /** The project's file is looked for from here upwards. */
  cwd: z.string().optional(),
  files: z.array(z.string()).max(100).default([]),
}

export const TaskQuery = z.object({
  /** Repeat it for more than one; absent: all. */
  task: z.union([Pattern, z.array(Pattern)]).optional(),
  /** With CPU and memory. */
  usage: z.enum(['true', 'false']).default('false'),
})
export type TaskQuery = z.input<typeof TaskQuery>

export const TaskList = z.object({
  tasks: z.array(TaskStatus),
  /** Files that are broken; the last good version of each stays in force. */
  problems: z.array(z.string()),
  /** State files that could not be understood and were set aside, and what follows from that. */
  notices: z.array(z.string()),
})
export type TaskList = z.infer<typeof TaskList>

export const RunTasksRequest = z.object({
  tasks: Patterns,
  ...Places,
  /** Variables of the steps' environment. */
  set: z.record(z.string(), z.string()).default({}),
  /** Environment of the person who asks; it reaches the processes, never a file. */
  env: z.record(z.string(), z.string()).optional(),
})
export type RunTasksRequest = z.infer<typeof RunTasksRequest>

export const RunTasksResponse = z.object({
  /** One for each task that was named, in the order of their definition. */
  runs: z.array(RunInfo),
  notices: z.array(z.string()),
})
export type RunTasksResponse = z.infer<typeof RunTasksResponse>

export const StopTasksRequest = z.object({
  tasks: Patterns,
  /** SIGKILL at once. */
  force: z.boolean().default(false),
})

export const TasksRequest = z.object({ tasks: Patterns })

export const EnableTasksRequest = z.object({ tasks: Patterns, ...Places })

export const RestartTasksRequest = z.object({
  tasks: Patterns,
  ...Places,
  force: z.boolean().default(false),
  env: z.record(z.string(), z.string()).optional(),
})

/** What became of each task. */
export const ControlResponse = z.object({
  results: z.array(z.object({ task: z.string(), done: z.boolean(), what: z.string() })),
  notices: z.array(z.string()),
})
export type ControlResponse = z.infer<typeof ControlResponse>

/** Longest wait of one request, in ms; whoever wants to wait longer asks again. */
const longestWaitMs = 60_000

export const RunQuery = z.object({
  /** Until it is over, or something of it has changed since `seen`. */
  waitMs: z.coerce.number().int().min(0).max(longestWaitMs).default(0),
  /** `updatedAt` of what is known already. */
  seen: z.string().optional(),
})
export type RunQuery = z.input<typeof RunQuery>

export const HistoryQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(20) })
export const History = z.object({
  /** The newest first. */
  runs: z.array(RunInfo),
  /** Records that could not be read: the list is not whole. */
  unreadable: z.int(),
})
export type History = z.infer<typeof History>
