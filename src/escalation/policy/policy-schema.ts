/** What stands in a policy: `policy:` of config.yaml, and `.iterm-orch/policy.yaml` of a project. */
import { z } from 'zod'
import { BlockerKind } from '../../agents/session-state.ts'
import { expandBraces } from './glob.ts'
import { refusalIds } from './refusals/refusal.ts'

const longestPattern = 500

const Pattern = z
  .string()
  .min(1)
  .max(longestPattern)
  .refine((pattern) => expandBraces(pattern) !== undefined, 'its braces make too many alternatives')
const Patterns = oneOrMore(Pattern, 'must be a pattern or a list of patterns')

const CommandPattern = z.union(
  [
    Pattern.transform((text) => ({ words: text.trim().split(/\s+/u), flags: undefined })),
    z.strictObject({
      /** The program and its words in order; `**` at the end: any more. */
      words: z.array(Pattern).min(1),
      /** Options that may be given anywhere; then `words` are only those that are no options. */
      flags: z.array(Pattern).optional(),
    }),
  ],
  { error: 'must be a pattern such as "git log **", or a mapping with words and flags' },
)
export type CommandPattern = z.output<typeof CommandPattern>

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]

const Time = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1).optional(),
  /** `09:00-17:30`; may go over midnight. */
  hours: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-4]):[0-5]\d$/u, 'must be of the form 09:00-17:30')
    .optional(),
  timezone: z.string().refine(isTimezone, 'is no time zone; write it as Europe/Berlin or UTC').optional(),
})
export type TimeMatch = z.output<typeof Time>

const Match = z.strictObject({
  agent: Patterns.optional(),
  kind: oneOrMore(BlockerKind, `must be one or more of ${BlockerKind.options.join(', ')}`).optional(),
  /** Kind of the prompt on the screen: `plan`, `update`, … */
  prompt: Patterns.optional(),
  /** `shell`, `edit`, `write`, `read`, `fetch`, `search`, `mcp`, `plan`, or the agent's own name of it. */
  tool: Patterns.optional(),
  command: oneOrMore(CommandPattern, 'must be a pattern such as "git log **", or a list of them').optional(),
  /** Where all of its paths are, with symbolic links followed. */
  paths: z.enum(['inside', 'outside', 'any']).optional(),
  /** Patterns for its paths, from the session's directory on. */
  files: Patterns.optional(),
  /** Where output may be sent; `none` still allows /dev/null. */
  redirect: z.enum(['none', 'inside']).optional(),
  /** Variables that may be set for a command. */
  variables: Patterns.optional(),
  host: Patterns.optional(),
  text: Patterns.optional(),
  /** Label of an option that is offered. */
  option: Patterns.optional(),
  task: Patterns.optional(),
  time: Time.optional(),
})
export type RuleMatch = z.output<typeof Match>

const actionForms = 'must be approve, deny, notify or hold, or one of {choose: …}, {answer: …}, {route: …}'
const Action = z.union(
  [
    z.enum(['approve', 'deny', 'notify', 'hold']).transform((type) => ({ type })),
    z
      .strictObject({ choose: z.union([Pattern, z.int().positive()]) })
      .transform(({ choose }) => ({ type: 'choose' as const, option: choose })),
    z
      .strictObject({ answer: z.string().min(1).max(4_000) })
      .transform(({ answer }) => ({ type: 'answer' as const, text: answer })),
    z
      .strictObject({ route: z.string().min(1).max(100) })
      .transform(({ route }) => ({ type: 'route' as const, to: route })),
  ],
  { error: actionForms },
)
export type RuleAction = z.output<typeof Action>

const Rule = z.strictObject({
  name: z.string().min(1).max(100),
  match: Match.prefault({}),
  action: Action,
  budget: z
    .strictObject({ perHour: z.int().positive().optional(), perSession: z.int().positive().optional() })
    .optional(),
  /** What has to bear out that this is asked, before anything is permitted: the agent's own report, or only its screen. */
  evidence: z.enum(['report', 'screen']).default('report'),
  /** Says what it would do, and does not do it. */
  dryRun: z.boolean().default(false),
  /** Built-in refusals that this rule makes an exception of. */
  allowRefused: z.array(z.enum(refusalIds)).default([]),
})

export const PolicySection = z.strictObject({
  /** Of all times in it; the computer's own when absent. */
  timezone: z.string().refine(isTimezone, 'is no time zone; write it as Europe/Berlin or UTC').optional(),
  dryRun: z.boolean().default(false),
  rules: z.array(Rule).default([]),
})
export type PolicySection = z.output<typeof PolicySection>

export interface PolicyRule extends z.output<typeof Rule> {
  file: string
  /** From 1. */
  line: number
  /** A project's rules can only tighten those of the user. */
  origin: 'user' | 'project'
}

export interface Policy {
  file: string
  rules: readonly PolicyRule[]
}

/** Whether a rule lets something happen. The others hold things back. */
export function permits({ action: { type } }: Pick<PolicyRule, 'action'>): boolean {
  return type === 'approve' || type === 'choose' || type === 'answer'
}

function oneOrMore<T extends z.ZodType>(schema: T, error: string) {
  return z.union([schema.transform((value) => [value]), z.array(schema).min(1)], { error })
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
