/** What an agent without a terminal asks for: it stands in a file for as long as it waits, and goes to the service. */
import { join } from 'node:path'
import { z } from 'zod'
import { ProcessIdentity } from '../../lib/process-identity-record.ts'

const longestName = 200

export const Ask = z.object({
  /** Orders by time. */
  id: z.string().regex(/^[0-9a-z]{20}$/),
  at: z.iso.datetime(),
  agent: z.string().max(longestName),
  /** The run whose agent asks, and the task as people call it. */
  run: z.string().min(1).max(longestName),
  task: z.string().min(1).max(longestName),
  cwd: z.string(),
  /** The hook that waits for the answer. */
  process: ProcessIdentity,
  /** What the agent gave to its hook, small and free of secrets. */
  payload: z.record(z.string(), z.unknown()),
})
export type Ask = z.infer<typeof Ask>

export const AskDecision = z.object({
  behavior: z.enum(['allow', 'deny']),
  /** Said to the agent with a denial. */
  message: z.string().optional(),
})
export type AskDecision = z.infer<typeof AskDecision>

/** What the service says of an ask. */
export const AskState = z.object({ escalation: z.string().optional(), decision: AskDecision.optional() })
export type AskState = z.infer<typeof AskState>

/** The file of an ask that waits, for the process of its run. */
export const WaitingAsk = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  text: z.string(),
  process: ProcessIdentity,
  /** When the service has it. */
  escalation: z.string().optional(),
})
export type WaitingAsk = z.infer<typeof WaitingAsk>

/** Left by a hook right before it gives its agent the answer: a service that was killed meanwhile did not hear of it. */
export const TakenAsk = z.object({ id: z.string(), at: z.iso.datetime(), decision: AskDecision })
export type TakenAsk = z.infer<typeof TakenAsk>

/** Directories with a file `<id>.json` for each ask that waits, and for each that its hook has the answer of. */
export function askPlaces(state: string): { waiting: string; taken: string } {
  return { waiting: join(state, 'asks'), taken: join(state, 'asks-taken') }
}

/** Where the service takes asks. */
export const asksPath = '/v1/asks'
