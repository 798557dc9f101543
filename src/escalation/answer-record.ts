/** What a record keeps of an answer. */
import { redact } from '../lib/redact.ts'
import { enterKey } from '../sessions/typing/announcing.ts'
import type { Choice, Escalation, ReceivedAnswer } from './escalation.ts'

/** So many answers a record keeps: a program that answers in a loop and is refused each time fills no disk. */
const mostAnswers = 50

/** With one more answer; of too many that were not taken the oldest are counted only. */
export function withAnswer(escalation: Escalation, answer: ReceivedAnswer): Escalation {
  const all = [...escalation.answers, answer]
  // What it stands on that a text without its Enter is ours.
  const lastTyped = all.findLast(({ typed }) => typed !== undefined)
  const isNeeded = (one: ReceivedAnswer) =>
    one === lastTyped || one.verdict === 'taken' || one.verdict === 'delivering'
  const old = all.slice(0, -mostAnswers).filter((one) => !isNeeded(one))
  if (old.length === 0) return { ...escalation, answers: all }
  const dropped = new Set(old.map(({ id }) => id))
  const { count, messages } = escalation.forgotten ?? { count: 0, messages: [] }
  return {
    ...escalation,
    answers: all.filter(({ id }) => !dropped.has(id)),
    deliveries: escalation.deliveries.filter((step) => !dropped.has(step.answer)),
    // A thread is read again by each service: what it says twice is answered once.
    forgotten: {
      count: count + old.length,
      messages: [...messages, ...old.flatMap(({ message }) => message ?? [])],
    },
  }
}

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
