/** An escalation: a blocker on its way to someone who can answer it. Kept in `escalations/<id>.json`. */
import { z } from 'zod'
import { AskedPrompt, BlockerKind } from '../agents/session-state.ts'

/** Who may answer, from the nearest to the last. */
export const Level = z.enum(['policy', 'peer', 'orchestrator', 'desktop', 'human'])
export type Level = z.infer<typeof Level>

export const Outcome = z.enum([
  'answered',
  /** The human's own fingers, in the terminal. */
  'answered-in-terminal',
  /** The prompt went away by itself. */
  'withdrawn',
  /** Another prompt took its place. */
  'superseded',
  /** The program ended, and nobody had answered. */
  'expired',
  /** It was answered, and its session ended before the answer got there. */
  'failed',
])
export type Outcome = z.infer<typeof Outcome>

/** Through what an answer came. */
export const Via = z.enum(['cli', 'thread', 'api', 'policy', 'terminal'])
export type Via = z.infer<typeof Via>

/** What is answered; the same words as `iterm-orch answer`. */
export const Choice = z.object({
  choice: z.string().optional(),
  options: z.array(z.int()).optional(),
  text: z.string().optional(),
})
export type Choice = z.infer<typeof Choice>

/** Someone who was told, or was going to be told. */
export const Announcement = z.object({
  level: Level,
  /** `mail`, or the name of a notifier. */
  channel: z.string(),
  /** The mailbox, or what the notifier reaches. */
  to: z.string(),
  at: z.iso.datetime(),
  /** `intended` is written first; a crash then leaves it open whether it was told. */
  state: z.enum(['intended', 'told', 'failed']),
  why: z.string().optional(),
  /** How often it was announced at this level before. */
  repeat: z.int(),
})
export type Announcement = z.infer<typeof Announcement>

/** An answer that was received, whatever became of it. */
export const ReceivedAnswer = z.object({
  id: z.string(),
  /** A mailbox, `human`, or the rule of the policy. */
  from: z.string(),
  via: Via,
  at: z.iso.datetime(),
  /** Absent for a secret: it is typed and forgotten. */
  choice: Choice.optional(),
  /** Written right before the first key is on its way: from here on it may have arrived. */
  typedAt: z.iso.datetime().optional(),
  /** What that was, where it is no secret: found on the screen after a crash, it lacks its Enter only. */
  typed: z.string().optional(),
  /** Written right before the first Enter: from here on it may have been taken. */
  enteredAt: z.iso.datetime().optional(),
  /** `delivering` is written before anything is tried. */
  verdict: z.enum(['delivering', 'taken', 'refused', 'late', 'failed']),
  why: z.string().optional(),
  /** The rule that gave it. */
  rule: z.string().optional(),
  /** The message that it stood in. */
  message: z.string().optional(),
  /** The label of what was chosen. */
  chosen: z.string().optional(),
})
export type ReceivedAnswer = z.infer<typeof ReceivedAnswer>

/** One attempt to bring an answer to the agent. */
export const DeliveryStep = z.object({
  answer: z.string(),
  /** `hook`: the agent waits at its hook, and has no terminal. */
  step: z.enum(['api', 'applescript', 'mailbox', 'hook']),
  at: z.iso.datetime(),
  confirmed: z.boolean(),
  /** What was seen; for a step that failed, why the next one was taken. */
  why: z.string(),
})
export type DeliveryStep = z.infer<typeof DeliveryStep>

/** A rule that was tried; `whyNot` is absent where it matched. */
export const TracedRule = z.object({
  part: z.string(),
  rule: z.string(),
  /** File and line. */
  at: z.string(),
  whyNot: z.string().optional(),
})
export type TracedRule = z.infer<typeof TracedRule>

/** The rule of the policy that decided, or why none did. */
export const PolicyWord = z.object({
  at: z.iso.datetime(),
  action: z.string(),
  rule: z.string().optional(),
  /** With their file, as budgets are counted. */
  rules: z.array(z.string()).optional(),
  reason: z.string(),
  /** Of the prompt that it was about; a prompt that is read later is decided anew. */
  fingerprint: z.string().optional(),
  /** Whether the agent itself had told of it by then; when it tells later, it is decided anew. */
  reported: z.boolean().optional(),
  /** The rules that were looked at, in order, on which command or tool, and why they did not match. */
  trace: z.array(TracedRule).optional(),
  dryRun: z.boolean().optional(),
})
export type PolicyWord = z.infer<typeof PolicyWord>

/** Somebody stopped the clock for a while. */
const Hold = z.object({
  at: z.iso.datetime(),
  by: z.string(),
  how: z.enum(['ack', 'snooze']),
  until: z.iso.datetime(),
})

export const Escalation = z.object({
  version: z.literal(1),
  /** It is the id of the message in the threads, too; that of the blocker, as a rule. */
  id: z.string(),
  /** The blocker, where its id is not that of the escalation: it is asked again, or the id is in use. */
  blocker: z.string().optional(),
  session: z.string(),
  /** The session's own mailbox: whoever asks does not answer. */
  mailbox: z.string().optional(),
  name: z.string(),
  agent: z.string(),
  task: z.string(),
  /** Directory name of the task's threads. */
  thread: z.string(),
  cwd: z.string(),
  kind: BlockerKind,
  text: z.string(),
  prompt: AskedPrompt.optional(),
  /** The end of the screen when it was noticed; redacted. */
  screen: z.array(z.string()),
  urgency: z.enum(['low', 'medium', 'high', 'critical']),
  /** When the blocker was noticed. */
  noticedAt: z.iso.datetime(),
  openedAt: z.iso.datetime(),
  /** The levels that there are for it, in order. */
  ladder: z.array(Level).min(1),
  level: Level,
  levelSince: z.iso.datetime(),
  /** Mailbox of the orchestrator that the session belongs to. */
  orchestrator: z.string().optional(),
  /** Mailbox of the agent that may know, for a technical question. */
  peer: z.string().optional(),
  /** When a limit ends, as the screen says. */
  resetsAt: z.iso.datetime().optional(),
  /** It only waits for the time: nobody is reminded of it, and it goes up to nobody. */
  parked: z.object({ until: z.iso.datetime().optional(), why: z.string() }).optional(),
  /** What happens next if nobody answers, and when. */
  due: z.object({ at: z.iso.datetime(), move: z.enum(['announce', 'raise', 'remind']) }).optional(),
  /** Somebody is on it: the clock stands until then. */
  ack: z.object({ by: z.string(), until: z.iso.datetime() }).optional(),
  snoozedUntil: z.iso.datetime().optional(),
  /** Every `ack` and `snooze`. */
  holds: z.array(Hold).default([]),
  policy: PolicyWord.optional(),
  told: z.array(Announcement),
  /** Why it went up, or was passed on. */
  raises: z.array(
    z.object({ at: z.iso.datetime(), from: Level, to: Level, by: z.string(), reason: z.string() }),
  ),
  answers: z.array(ReceivedAnswer),
  /** Answers that were not taken and stand in the record no more: so many, and the messages that they stood in. */
  forgotten: z.object({ count: z.int(), messages: z.array(z.string()) }).optional(),
  deliveries: z.array(DeliveryStep),
  outcome: Outcome.optional(),
  closedAt: z.iso.datetime().optional(),
  /** Who answered, or why it ended. */
  closing: z.string().optional(),
})
export type Escalation = z.infer<typeof Escalation>

export function isOpen({ outcome }: Pick<Escalation, 'outcome'>): boolean {
  return outcome === undefined
}

/** Whether this is what blocks its session, by what identifies the blocker and its prompt. */
export function isAbout(
  { id, blocker, prompt }: Pick<Escalation, 'id' | 'blocker' | 'prompt'>,
  present: { id: string; prompt?: { fingerprint: string } | undefined } | undefined,
): boolean {
  if (present === undefined) return false
  if (present.id === (blocker ?? id)) return true
  return prompt !== undefined && present.prompt?.fingerprint === prompt.fingerprint
}

/** The answer that is being typed at this moment, or was when the service stopped. */
export function deliveringAnswer({ answers }: Escalation): ReceivedAnswer | undefined {
  return answers.find(({ verdict }) => verdict === 'delivering')
}

/** Whether this message has been received as an answer, whatever became of it. */
export function wasReceived({ answers, forgotten }: Escalation, message: string): boolean {
  return answers.some((answer) => answer.message === message) || !!forgotten?.messages.includes(message)
}

export function takenAnswer({ answers }: Escalation): ReceivedAnswer | undefined {
  return answers.find(({ verdict }) => verdict === 'taken')
}

/** The answer of a rule that may have been typed though nobody saw it taken: no rule types another. */
export function ruleCutOff({ answers }: Escalation): ReceivedAnswer | undefined {
  return answers.find(
    ({ via, verdict, typedAt }) => via === 'policy' && verdict === 'failed' && typedAt !== undefined,
  )
}

/** An answer that must never be written down. */
export function wantsSecret({ kind, prompt }: Pick<Escalation, 'kind' | 'prompt'>): boolean {
  return (
    kind === 'credential' || kind === 'login' || prompt?.kind === 'credential' || prompt?.kind === 'login'
  )
}
