/** The part of the service's HTTP API that is about escalations. */
import { z } from 'zod'
import { Escalation, Level } from '../escalation/escalation.ts'

export const EscalationList = z.object({
  escalations: z.array(Escalation),
  /** Records that could not be read: the list is not whole. */
  unreadable: z.array(z.object({ path: z.string(), reason: z.string() })),
})
export type EscalationList = z.infer<typeof EscalationList>

export const EscalationQuery = z.object({
  /** The closed ones too. */
  all: z.enum(['true', 'false']).default('false'),
  /** Only those that stand at the level of this mailbox. */
  mailbox: z.string().max(200).optional(),
})

/** By whom: a mailbox; a person at the keyboard when absent. */
const By = z.string().min(1).max(200).optional()

export const EscalationAnswer = z
  .object({
    choice: z.string().min(1).optional(),
    options: z.array(z.int().min(1).max(999)).min(1).optional(),
    text: z.string().optional(),
    by: By,
    /** It is a secret: typed once, kept nowhere. */
    secret: z.boolean().default(false),
  })
  .refine(
    ({ choice, options, text }) => [choice, options, text].filter((part) => part !== undefined).length === 1,
    'exactly one of choice, options and text is needed',
  )

export const EscalationAnswered = z.object({
  escalation: Escalation,
  evidence: z.string(),
  /** It had been answered so before, and nothing was typed now. */
  already: z.boolean(),
})
export type EscalationAnswered = z.infer<typeof EscalationAnswered>

export const EscalateRequest = z.object({
  reason: z.string().min(1).max(2_000),
  by: By,
  to: Level.optional(),
})
export const AckRequest = z.object({ by: By, forMs: z.int().min(1).optional() })
export const SnoozeRequest = z.object({ forMs: z.int().min(1) })
