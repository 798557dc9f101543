/** The `escalation:` part of config.yaml: who is asked in which order, and how long each has. */
import { z } from 'zod'
import { BlockerKind } from '../agents/session-state.ts'
import { Duration } from '../lib/duration-schema.ts'
import { fitsName } from '../lib/fits-name.ts'
import { Level } from './escalation.ts'
import { QuietHours } from './quiet-hours.ts'
import { RoutingRule } from './routing.ts'

const minute = 60_000
const day = 86_400_000

const Remind = z.strictObject({
  /** The first reminder comes so long after the announcement, the next ones `factor` times later each. */
  first: Duration.default(10 * minute),
  factor: z.number().min(1).max(10).default(2),
  longest: Duration.default(240 * minute),
  /** So many, and no more. */
  limit: z.int().min(0).max(1_000).default(10),
})

/** The policy always comes first, where it is named at all; whoever is named twice is asked once. */
const Ladder = z
  .array(Level)
  .min(1)
  .transform((levels) => [...new Set(levels)])

/** What may differ for a kind of blocker or for tasks. */
const Part = z.strictObject({
  ladder: Ladder.optional(),
  /** Unanswered for so long, it goes one level up. */
  after: Duration.optional(),
  urgency: z.enum(['low', 'medium', 'high', 'critical']).optional(),
})

export const EscalationSettings = z.strictObject({
  /** A peer is asked about technical questions only, an orchestrator only about its own sessions. */
  ladder: Ladder.default(['policy', 'peer', 'orchestrator', 'desktop', 'human']),
  /** Who may grant a permission; others are not asked for one, and cannot give it. */
  may_grant: z.array(Level).default(['policy', 'desktop', 'human']),
  /** Five minutes, as the founding document has it. */
  after: Duration.default(5 * minute),
  remind: Remind.prefault({}),
  /** `ack` stops the clock for so long, unless it says how long. */
  ack: Duration.default(15 * minute),
  quiet_hours: QuietHours.optional(),
  /** Records of closed ones are deleted after this. */
  keep: Duration.default(90 * day),
  /** More announcements to people than this within the time become one. */
  digest: z.strictObject({ from: z.int().min(2).default(4), within: Duration.default(10_000) }).prefault({}),
  kinds: z.partialRecord(BlockerKind, Part).default({}),
  /** By name of the task, `*` stands for anything. The first that fits counts. */
  tasks: z.record(z.string(), Part).default({}),
  /** Looked at before the built-in routing. */
  routing: z.array(RoutingRule).default([]),
})
export type EscalationSettings = z.infer<typeof EscalationSettings>

export interface Ways {
  loud: boolean
  hushed: boolean
}

/** The rules for one escalation. */
export interface LadderRules {
  ladder: readonly Level[]
  afterMs: number
  remind: { firstMs: number; factor: number; longestMs: number; limit: number }
  quiet: QuietHours | undefined
  /** Whether there are ways to reach people that quiet hours do not silence, and ways that they do. */
  ways?: Ways
  urgency: 'low' | 'medium' | 'high' | 'critical'
}

/** What the founding document says about how urgent each kind of communication is. */
const urgencies: Readonly<Record<BlockerKind, LadderRules['urgency']>> = {
  permission: 'high',
  question: 'high',
  choice: 'high',
  credential: 'high',
  trust: 'high',
  login: 'high',
  error: 'high',
  limit: 'medium',
  stuck: 'medium',
}

/** The task's own settings go before those of the kind, and these before the general ones. */
export function ladderRules(settings: EscalationSettings, kind: BlockerKind, task: string): LadderRules {
  const ofTask = Object.entries(settings.tasks).find(([pattern]) => fitsName(pattern, task))?.[1] ?? {}
  const ofKind = settings.kinds[kind] ?? {}
  const { first, factor, longest, limit } = settings.remind
  return {
    ladder: ofTask.ladder ?? ofKind.ladder ?? settings.ladder,
    afterMs: ofTask.after ?? ofKind.after ?? settings.after,
    urgency: ofTask.urgency ?? ofKind.urgency ?? urgencies[kind],
    remind: { firstMs: first, factor, longestMs: longest, limit },
    quiet: settings.quiet_hours,
  }
}
