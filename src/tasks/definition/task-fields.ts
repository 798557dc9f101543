/** The fields of a task as people write it. */
import { z } from 'zod'
import { Duration } from '../../lib/duration-schema.ts'
import { Size } from '../../lib/size-schema.ts'
import { StopSignal, TaskName, TaskType } from '../../runner/task.ts'
import { AlertDefinition } from './alert-definition.ts'
import { CommandLine, Environment, GroupName, RetryDefinition } from './common-fields.ts'
import { ProbeDefinition, RestartDefinition } from './daemon-definition.ts'
import { agentFields, StepDefinition } from './step-definition.ts'

export const TaskFields = z.strictObject({
  description: z.string().optional(),
  /** Absent: `cron` where there is a schedule or an interval, else `one-shot`. */
  type: TaskType.optional(),
  /** Whether it runs by itself: for cron tasks and daemons. */
  enabled: z.boolean().default(true),
  /** `iterm-orch run @nightly` means every task of the group. */
  groups: z.array(GroupName).default([]),
  steps: z.array(StepDefinition).min(1, 'must have at least one step').max(200).optional(),
  /** A single step that runs a command, in place of `steps`. */
  run: CommandLine.optional(),
  /** A single step with an agent, in place of `steps`. */
  ...agentFields,
  /** Absolute, or relative to the directory of the file. */
  cwd: z.string().min(1).optional(),
  env: Environment.default({}),
  /** `NAME=value` lines; relative to the directory of the file. */
  env_file: z.string().min(1).optional(),
  timeout: Duration.optional(),
  retry: RetryDefinition.optional(),
  /** When it is due and still runs. */
  overlap: z.enum(['skip', 'queue', 'replace']).default('skip'),
  /** A group in which only so many run at once. */
  concurrency: GroupName.optional(),
  /** What has to have gone well before it; of daemons: what has to be ready. */
  needs: z.array(TaskName).default([]),
  /** A cron expression of five fields, or six with seconds first. */
  schedule: z.string().min(1).optional(),
  interval: Duration.optional(),
  timezone: z.string().optional(),
  /** Starts up to so much later, always the same for the same run. */
  jitter: Duration.optional(),
  /** Which of the runs that were missed are made up for. */
  catch_up: z.enum(['none', 'last', 'all']).optional(),
  restart: RestartDefinition.optional(),
  ready: ProbeDefinition.optional(),
  alive: ProbeDefinition.optional(),
  stop: z
    .strictObject({ signal: StopSignal.default('SIGTERM'), grace: Duration.default(10_000) })
    .prefault({}),
  alerts: z.array(AlertDefinition).optional(),
  log: z
    .strictObject({ max_size: Size.prefault('10MB'), keep: z.int().min(0).max(1_000).default(5) })
    .prefault({}),
})
export type TaskDefinition = z.output<typeof TaskFields>
