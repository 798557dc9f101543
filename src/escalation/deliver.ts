/** Brings an answer to the agent. */
import type { Choice, DeliveryStep, Escalation, ReceivedAnswer } from './escalation.ts'

export interface Delivered {
  step: DeliveryStep['step']
  /** What was seen. */
  evidence: string
  /** The label of what was chosen. */
  chosen: string
}

/** @throws {OrchError} when it could not be brought there in any way. */
export type Deliverer = (escalation: Escalation, answer: ReceivedAnswer, choice: Choice) => Promise<Delivered>
