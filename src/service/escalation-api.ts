/** The part of the service's HTTP API that is about escalations. */
import { z } from 'zod'
import { DeliveryStep, Escalation, Level } from '../escalation/escalation.ts'

export const EscalationList = z.object({
  escalations: z.array(Escalation),
  /** Records that could not be read: the list is not whole. */
  unreadable: z.array(z.object({ path: z.string(), reason: z.string() })),
})
export type EscalationList = z.infer<typeof EscalationList>

export const EscalationQuery = z.object({
  /** The closed ones too. */
  all: z.enum(['true', 'false']).default('false'),
  /** Only those that stand at the level of this mailbox; `human` for people. */
  mailbox: z.string().min(1).max(200).optional(),
})

export type EscalationQuery = z.input<typeof EscalationQuery>

/** Longest wait of one request, in ms; whoever wants to wait longer asks again. */
const longestWaitMs = 60_000

export const NextQuery = z.object({
  mailbox: z.string().min(1).max(200).optional(),
  waitMs: z.coerce.number().int().min(0).max(longestWaitMs).default(0),
})
export type NextQuery = z.input<typeof NextQuery>
/** The oldest that is open, asked of them, and neither acknowledged nor snoozed; absent: none came in time. */
export const NextEscalation = z.object({ escalation: Escalation.optional() })

/** By whom: a mailbox; a person at the keyboard when absent. */
const By = z.string().min(1).max(200).optional()

/** Who gives an answer, and how it is to be treated. */
export const AnswerGiver = {
  by: By,
  via: z.enum(['cli', 'api']).default('api'),
  /** It is a secret: typed once, kept nowhere. A secret that is asked for is taken only with this. */
  secret: z.boolean().default(false),
}

export const EscalationAnswer = z
  .object({
    choice: z.string().min(1).optional(),
    options: z.array(z.int().min(1).max(999)).min(1).optional(),
    text: z.string().optional(),
    /** The prompt that is meant, where it may have changed meanwhile. */
    fingerprint: z.string().min(1).max(100).optional(),
    ...AnswerGiver,
  })
  .refine(
    ({ choice, options, text }) => [choice, options, text].filter((part) => part !== undefined).length === 1,
    'exactly one of choice, options and text is needed',
  )

export const EscalationAnswered = z.object({
  escalation: Escalation,
  /** The prompt left the screen. */
  confirmed: z.literal(true),
  evidence: z.string(),
  /** The label of what was chosen; empty for a secret. */
  chosen: z.string(),
  /** It had been answered so before, and nothing was typed now. */
  already: z.boolean(),
  /** The step that delivered it. */
  delivered: DeliveryStep.shape.step.optional(),
})
export type EscalationAnswered = z.infer<typeof EscalationAnswered>

export const EscalateRequest = z.object({
  reason: z.string().min(1).max(2_000),
  by: By,
  to: Level.optional(),
})
/** A year; longer is a mistake. */
const longestHoldMs = 366 * 86_400_000
export const AckRequest = z.object({ by: By, forMs: z.int().min(1).max(longestHoldMs).optional() })
export const SnoozeRequest = z.object({ by: By, forMs: z.int().min(1).max(longestHoldMs) })
