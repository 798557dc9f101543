/** Brings an answer to the agent. */
import type { DeliveryAttempt } from '../sessions/delivery/by-terminal.ts'
import type { Typing } from '../sessions/typing/announcing.ts'
import type { Choice, DeliveryStep, Escalation, ReceivedAnswer } from './escalation.ts'

export interface Delivered {
  step: DeliveryStep['step']
  /** What was seen. */
  evidence: string
  /** The label of what was chosen. */
  chosen: string
  /** The steps that were tried, with the reasons of those that failed. */
  attempts: readonly DeliveryAttempt[]
  /** Id of the message in which it waits, to be read or typed later; nothing is confirmed yet. */
  queued?: string
}

/**
 * @param typing to be called right before anything is on its way that may arrive, and before Enter: it is on record
 * then, and after a crash not typed again. Nothing may be sent when it throws.
 * @throws {OrchError} when it could not be brought there in any way.
 */
export type Deliverer = (
  escalation: Escalation,
  answer: ReceivedAnswer,
  choice: Choice,
  typing: Typing,
) => Promise<Delivered>
