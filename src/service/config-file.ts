/** The form of `config.yaml`. */
import { z } from 'zod'
import { BlockerPattern } from '../agents/blocker-pattern.ts'
import { AgentStart } from '../agents/profile-schema.ts'
import { EscalationSettings } from '../escalation/ladder-rules.ts'
import { LimitRules } from '../escalation/limits/limit-rules.ts'
import { NotifierConfigs } from '../escalation/notifiers/notifier-config.ts'
import { PolicySection } from '../escalation/policy/policy-schema.ts'
import { ProjectSettings } from '../projects/project-settings.ts'
import { StuckLimits } from '../sessions/stuck.ts'
import { ConcurrencyLimits, TaskDefinitions } from '../tasks/definition/task-definition.ts'
import { TerminalWish } from '../terminal/choose-terminal.ts'
import { ServiceSettings } from './memory-watch.ts'

export const ConfigFile = z.strictObject({
  /** Which terminal to use; `ITERM_ORCH_TERMINAL` goes first. */
  terminal: TerminalWish.optional(),
  /** Agent of a launch that names none. */
  agent: z.string().optional(),
  /** More agents, or others in place of the known ones. */
  agents: z.record(z.string(), AgentStart).default({}),
  tasks: TaskDefinitions.default({}),
  /** How many tasks of a group run at once. */
  concurrency: ConcurrencyLimits.default({}),
  blockers: z
    .strictObject({
      /** Looked for before the standard ones. */
      patterns: z.array(BlockerPattern).default([]),
      /** Names of standard patterns that are not wanted. */
      without: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** After how many minutes a session counts as stuck, for each way of being it. */
  stuck: StuckLimits.prefault({}),
  /** What happens at the usage limit of an account, and after it. */
  limits: LimitRules.prefault({}),
  /** How the tasks of projects run whose documents do not say it. */
  projects: ProjectSettings.prefault({}),
  /** Of the background process. */
  service: ServiceSettings.prefault({}),
  comms: z.strictObject({ root: z.string() }).optional(),
  /** The ways to tell people; an empty list tells nobody. */
  notifiers: NotifierConfigs.optional(),
  /** Who is asked in which order, and how long each has. */
  escalation: EscalationSettings.prefault({}),
  /** By which rules blockers are answered without anybody; read again, with places, by the policy itself. */
  policy: PolicySection.optional(),
})
export type ConfigFile = z.output<typeof ConfigFile>
