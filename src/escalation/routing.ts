/** Which way a question goes: the decision tree and the routing of the founding document, as functions. */
import { z } from 'zod'
import { fitsName } from '../lib/fits-name.ts'
import type { Level } from './escalation.ts'

/** What somebody wants to say while working, other than the result of the work. */
export const Communication = z.enum([
  'permission',
  'blocker',
  'question',
  'discussion',
  'progress',
  'context',
  'review',
])
export type Communication = z.infer<typeof Communication>

/** `both`: the terminal and instant messaging. */
export const Channel = z.enum(['terminal', 'instant_messaging', 'both', 'notification', 'note'])
export type Channel = z.infer<typeof Channel>

export const QuestionClass = z.enum(['permission', 'technical', 'clarification'])
export type QuestionClass = z.infer<typeof QuestionClass>

/** A rule of the user; what it does not say is decided as without it. */
export const RoutingRule = z.strictObject({
  match: z.strictObject({
    kind: z
      .array(Communication)
      .or(Communication.transform((kind) => [kind]))
      .optional(),
    /** Name of the task; `*` stands for anything. */
    task: z.string().optional(),
    /** Words that the text has, all of them, in any case. */
    words: z
      .array(z.string().min(1))
      .or(
        z
          .string()
          .min(1)
          .transform((word) => [word]),
      )
      .optional(),
  }),
  channel: Channel.optional(),
  class: QuestionClass.optional(),
})
export type RoutingRule = z.infer<typeof RoutingRule>

export interface Question {
  kind: Communication
  text: string
  task?: string | undefined
  urgent?: boolean | undefined
  /** Between two agents that work in terminals, neither of whom watches the other's. */
  betweenAgents?: boolean | undefined
  /** The asker's terminal is watched and can be typed into. */
  terminal: boolean
}

export interface Route<T> {
  to: T
  reason: string
  /** Number of the user's rule that decided, from 1. */
  rule?: number
}

/** The channel for something that is to be said. */
export function routeChannel(question: Question, rules: readonly RoutingRule[] = []): Route<Channel> {
  const own = ruleFor(question, rules, ({ channel }) => channel)
  if (own) return own
  const { kind, urgent, betweenAgents, terminal } = question
  if (kind === 'progress') return { to: 'notification', reason: 'progress is batched and holds nobody up' }
  if (kind === 'context') return { to: 'note', reason: 'rich context goes as a note, with its attachments' }
  if (betweenAgents)
    return { to: 'instant_messaging', reason: 'agents have no access to each other’s terminals' }
  if (kind === 'permission' || kind === 'review')
    return { to: 'instant_messaging', reason: 'a decision leaves a trail that can be audited' }
  if (kind === 'discussion')
    return { to: 'instant_messaging', reason: 'a thread keeps the context of several turns' }
  if (!terminal) return { to: 'instant_messaging', reason: 'no terminal can be reached' }
  if (kind === 'blocker' && urgent)
    return { to: 'both', reason: 'an urgent blocker is brought through terminal and thread' }
  return { to: 'terminal', reason: 'a short question is answered where it is asked' }
}

/** What kind of knowledge a question needs; decided by its kind, then by its words. */
export function classifyQuestion(
  question: Question,
  rules: readonly RoutingRule[] = [],
): Route<QuestionClass> {
  const own = ruleFor(question, rules, (rule) => rule.class)
  if (own) return own
  if (question.kind === 'permission') return { to: 'permission', reason: 'it asks to be allowed something' }
  const text = question.text.toLowerCase()
  const asks = permissionWords.find((word) => hasWord(text, word))
  if (asks !== undefined) return { to: 'permission', reason: `it says "${asks}"` }
  const word = technicalWords.find((candidate) => hasWord(text, candidate))
  if (word !== undefined) return { to: 'technical', reason: `it says "${word}"` }
  return { to: 'clarification', reason: 'it asks what is wanted' }
}

export interface Askable {
  /** Mailboxes; undefined where there is none. */
  peer: string | undefined
  orchestrator: string | undefined
  mayGrant: readonly Level[]
}

/** The levels of a ladder that a question of this class goes up: those that exist and may answer it. */
export function levelsFor(ladder: readonly Level[], what: QuestionClass, askable: Askable): Level[] {
  return ladder.filter((level) => {
    if (level === 'policy') return true
    if (level === 'peer' && (askable.peer === undefined || what !== 'technical')) return false
    if (level === 'orchestrator' && askable.orchestrator === undefined) return false
    return what !== 'permission' || askable.mayGrant.includes(level)
  })
}

const permissionWords = [
  'permission',
  'permit',
  'allow me',
  'allowed to',
  'may i',
  'approve',
  'approval',
  'authorize',
  'sudo',
]

const technicalWords = [
  ...[
    'stack trace',
    'exception',
    'compile',
    'compiler',
    'build fails',
    'test fails',
    'segfault',
    'type error',
  ],
  ...[
    'api',
    'endpoint',
    'library',
    'dependency',
    'version of',
    'regex',
    'sql',
    'schema',
    'how does',
    'how do i',
  ],
]

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + word.length] ?? ' '
    if (!isLetter(before) && !isLetter(after)) return true
  }
  return false
}

function isLetter(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character)
}

function ruleFor<T>(
  { kind, task = '', text }: Question,
  rules: readonly RoutingRule[],
  pick: (rule: RoutingRule) => T | undefined,
): Route<T> | undefined {
  for (const [index, rule] of rules.entries()) {
    const { match } = rule
    if (match.kind && !match.kind.includes(kind)) continue
    if (match.task !== undefined && !fitsName(match.task, task)) continue
    if (match.words?.some((word) => !hasWord(text.toLowerCase(), word.toLowerCase()))) continue
    const to = pick(rule)
    if (to !== undefined) return { to, reason: `rule ${index + 1} of escalation.routing`, rule: index + 1 }
  }
  return undefined
}
