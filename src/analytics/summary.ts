/** What is kept of the journal: sums for each day, and the blockers that are not over. */
import { z } from 'zod'
import { emptyHistogram, Histogram, mergeHistogram } from './histogram.ts'

/** By what the numbers can be told apart. */
export const facets = ['agent', 'kind', 'channel', 'task', 'person'] as const
export type Facet = (typeof facets)[number]

export const Stats = z.object({
  cases: z.int(),
  answered: z.int(),
  /** Of the answered ones: by a rule, or by somebody. */
  automatic: z.int(),
  human: z.int(),
  /** They ended without an answer of which we know: withdrawn, expired, answered elsewhere. */
  unanswered: z.int(),
  /** From when it was there until it was noticed, told, answered, typed; and until it was over. */
  notice: Histogram,
  announce: Histogram,
  answer: Histogram,
  type: Histogram,
  wait: Histogram,
})
export type Stats = z.infer<typeof Stats>

export const QuestionStats = z.object({
  cases: z.int(),
  waitMs: z.number(),
  automatic: z.int(),
  /** What people answered, and how often. */
  answers: z.record(z.string(), z.int()),
})
export type QuestionStats = z.infer<typeof QuestionStats>

const DaySummary = z.object({
  total: Stats,
  by: z.record(z.enum(facets), z.record(z.string(), Stats)),
  /** By key of {@link Question}. */
  questions: z.record(z.string(), QuestionStats),
  /** Announcements that did not work, by channel. */
  failed: z.record(z.string(), z.int()),
})
export type DaySummary = z.infer<typeof DaySummary>

/** Questions that are the same but for names and numbers. */
export const Question = z.object({
  kind: z.string(),
  agent: z.string(),
  /** The first one, as it was. */
  text: z.string(),
  /** Of it, what the prompt asks and what about, such as a command; the subject is empty where it has none. */
  question: z.string(),
  subject: z.string(),
  /** Every one was like the first, to the letter. */
  exact: z.boolean(),
  /** Meanings of the options, by label and number, as far as the screen told them. */
  meanings: z.record(z.string(), z.string()),
  /** A hook of the agent told of at least one of them; otherwise only the screen did. */
  hooked: z.boolean(),
})
export type Question = z.infer<typeof Question>

/** A blocker on its way: from when it was seen until it is over. Times in ms since 1970. */
export const OpenCase = z.object({
  session: z.string(),
  agent: z.string(),
  task: z.string(),
  kind: z.string(),
  text: z.string(),
  question: z.string(),
  subject: z.string(),
  since: z.number(),
  seenAt: z.number(),
  escalation: z.string().optional(),
  announced: z.array(z.object({ channel: z.string(), at: z.number() })),
  failed: z.array(z.string()),
  answeredAt: z.number().optional(),
  from: z.string().optional(),
  via: z.string().optional(),
  choice: z.string().optional(),
  typedAt: z.number().optional(),
  unblockedAt: z.number().optional(),
  /** A hook of the agent told of it. */
  hooked: z.boolean(),
  options: z.array(z.object({ number: z.number(), label: z.string(), meaning: z.string() })),
})
export type OpenCase = z.infer<typeof OpenCase>

export const Summary = z.object({
  /** By day, such as `2026-11-21`, in the time zone of the computer. */
  days: z.record(z.string(), DaySummary),
  questions: z.record(z.string(), Question),
  /** By session and time. */
  open: z.record(z.string(), OpenCase),
  /** Agent of a session that is running, for blockers that do not name it. */
  agents: z.record(z.string(), z.string()),
  events: z.int(),
  torn: z.int(),
})
export type Summary = z.infer<typeof Summary>

export function emptySummary(): Summary {
  return { days: {}, questions: {}, open: {}, agents: {}, events: 0, torn: 0 }
}

export function emptyDay(): DaySummary {
  const by = { agent: {}, kind: {}, channel: {}, task: {}, person: {} }
  return { total: emptyStats(), by, questions: {}, failed: {} }
}

export function emptyStats(): Stats {
  const counts = { cases: 0, answered: 0, automatic: 0, human: 0, unanswered: 0 }
  const [notice, announce, answer, type, wait] = Array.from({ length: 5 }, emptyHistogram) as [
    Histogram,
    Histogram,
    Histogram,
    Histogram,
    Histogram,
  ]
  return { ...counts, notice, announce, answer, type, wait }
}

export function mergeStats(into: Stats, from: Stats): void {
  for (const name of ['cases', 'answered', 'automatic', 'human', 'unanswered'] as const)
    into[name] += from[name]
  for (const name of ['notice', 'announce', 'answer', 'type', 'wait'] as const) {
    mergeHistogram(into[name], from[name])
  }
}
