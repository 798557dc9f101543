/** The events of the journal that the statistics are made of, and of each only what they need. */
import { z } from 'zod'

const base = { id: z.string(), ts: z.string() }
const ofSession = { ...base, session: z.string(), name: z.string().default(''), task: z.string().default('') }
const ofEscalation = { ...base, escalation: z.string() }

const BlockerFacts = z.object({
  kind: z.string(),
  text: z.string(),
  source: z.string().default(''),
  since: z.string(),
  prompt: z
    .object({
      question: z.string().default(''),
      subject: z.string().default(''),
      options: z.array(z.object({ number: z.number(), label: z.string(), meaning: z.string() })).default([]),
    })
    .optional(),
})

export const JournalEvent = z.discriminatedUnion('type', [
  z.object({ ...ofSession, type: z.literal('launched'), agent: z.string() }),
  z.object({ ...ofSession, type: z.literal('blocker'), blocker: BlockerFacts }),
  z.object({ ...ofSession, type: z.literal('prompt'), blocker: BlockerFacts }),
  z.object({ ...ofSession, type: z.literal('unblocked'), blocker: BlockerFacts }),
  z.object({ ...ofSession, type: z.literal('exited') }),
  z.object({ ...ofSession, type: z.literal('closed') }),
  z.object({
    ...ofSession,
    type: z.literal('injection'),
    verb: z.string(),
    confirmed: z.boolean(),
    text: z.string().optional(),
    keys: z.array(z.string()).default([]),
  }),
  z.object({
    ...ofSession,
    type: z.literal('escalation'),
    escalation: z.string(),
    agent: z.string(),
    kind: z.string(),
    text: z.string(),
    noticedAt: z.string(),
  }),
  z.object({ ...ofEscalation, type: z.literal('announced'), channel: z.string(), ok: z.boolean() }),
  z.object({
    ...ofEscalation,
    type: z.literal('answer-received'),
    from: z.string(),
    via: z.string(),
    choice: z.union([z.string(), z.number()]).transform(String).default(''),
    verdict: z.string(),
    receivedAt: z.string().optional(),
  }),
  z.object({ ...ofEscalation, type: z.literal('delivered'), step: z.string(), confirmed: z.boolean() }),
  z.object({ ...ofEscalation, type: z.literal('escalation-closed'), outcome: z.string() }),
])
export type JournalEvent = z.infer<typeof JournalEvent>

/** Inside of a JSON string the quotes would be escaped: this finds the member of the event alone. */
const wanted =
  /"type":"(?:launched|exited|closed|blocker|prompt|unblocked|injection|escalation|announced|answer-received|delivered|escalation-closed)"/

/** `other`: an event that counts for nothing here. `torn`: no whole line. */
export function readEvent(line: string): JournalEvent | 'other' | 'torn' {
  if (!line.startsWith('{') || !line.endsWith('}')) return 'torn'
  if (!wanted.test(line)) return 'other'
  try {
    const event = JournalEvent.safeParse(JSON.parse(line))
    return event.success ? event.data : 'other'
  } catch {
    return 'torn'
  }
}
