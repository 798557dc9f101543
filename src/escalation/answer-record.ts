/** What a record keeps of an answer. */
import { redact } from '../lib/redact.ts'
import { enterKey } from '../sessions/typing/announcing.ts'
import type { Choice, ReceivedAnswer } from './escalation.ts'

/** When it was typed is known by the record alone. */
export function replaced(answers: readonly ReceivedAnswer[], answer: ReceivedAnswer): ReceivedAnswer[] {
  return answers.map((one) => (one.id === answer.id ? { ...one, ...answer } : one))
}

export function typing(answer: ReceivedAnswer, bytes: string, at: string): ReceivedAnswer {
  const { typedAt = at } = answer
  if (bytes === enterKey) return { ...answer, typedAt, enteredAt: at }
  const isKept = answer.choice !== undefined && redact(bytes) === bytes
  return { ...answer, typedAt, ...(isKept && { typed: bytes }) }
}

/** What is on record is not what was answered. */
export function isRedacted({ choice = '', text = '' }: Choice): boolean {
  return `${choice}${text}`.includes('[redacted]')
}

export function sameChoice(left: Choice | undefined, right: Choice | undefined): boolean {
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right)
}

export function redactedChoice({ choice, options, text }: Choice): Choice {
  return {
    ...(choice === undefined ? {} : { choice: redact(choice) }),
    ...(options === undefined ? {} : { options }),
    ...(text === undefined ? {} : { text: redact(text) }),
  }
}
