/** Cases that say what a policy should decide, and the trying of them. */
import { z } from 'zod'
import { BlockerKind } from '../../agents/session-state.ts'
import { type Decision, evaluatePolicy, type Policies } from './evaluate-policy.ts'
import type { Place } from './paths/place.ts'
import { type PolicyQuestion, toolNames } from './policy-question.ts'

const actions = ['approve', 'deny', 'choose', 'answer', 'route', 'notify', 'hold'] as const

const Expectation = z.union(
  [
    z.enum(actions).transform((action) => ({ action })),
    z.strictObject({
      action: z.enum(actions).optional(),
      /** Name of a rule that decides. */
      rule: z.string().optional(),
      /** A built-in refusal that is found. */
      refusal: z.string().optional(),
      /** Label of the option that is chosen. */
      option: z.string().optional(),
    }),
  ],
  { error: `must be one of ${actions.join(', ')}, or a mapping with action, rule, refusal, option` },
)

const Case = z.strictObject({
  name: z.string().optional(),
  agent: z.string().default('claude'),
  kind: BlockerKind.default('permission'),
  prompt: z.string().optional(),
  /** `shell` where there is a command. */
  tool: z.enum(toolNames).optional(),
  command: z.string().optional(),
  files: z.array(z.string()).default([]),
  url: z.string().optional(),
  text: z.string().default('Do you want to proceed?'),
  /** What is offered, with what it means. */
  options: z
    .array(
      z.strictObject({
        label: z.string(),
        meaning: z.enum(['approve', 'always', 'deny', 'cancel', 'amend', 'other']),
      }),
    )
    .default([
      { label: 'Yes', meaning: 'approve' },
      { label: "Yes, and don't ask again", meaning: 'always' },
      { label: 'No', meaning: 'deny' },
    ]),
  /** `screen`: the agent has not told at its hook that it asks. */
  evidence: z.enum(['report', 'screen']).default('report'),
  task: z.string().optional(),
  /** When it is asked; now when absent. */
  at: z.iso.datetime({ offset: true }).optional(),
  expect: Expectation,
})
export type PolicyCase = z.output<typeof Case>

export const PolicyCases = z.strictObject({ cases: z.array(Case).min(1) })

export interface CaseResult {
  name: string
  passed: boolean
  /** What was decided otherwise than expected. */
  problem: string | undefined
  decision: Decision
}

export function tryCase(each: PolicyCase, policies: Policies, place: Place, now: Date): CaseResult {
  const asked = questionOf(each, place)
  const decision = evaluatePolicy(
    asked,
    policies,
    new Map(),
    place,
    each.at === undefined ? now : new Date(each.at),
  )
  const problem = difference(each.expect, decision)
  const name =
    each.name ?? each.command ?? each.url ?? ([each.tool, ...each.files].join(' ').trim() || each.text)
  return { name, passed: problem === undefined, problem, decision }
}

function questionOf(each: PolicyCase, { directory, home }: Place): PolicyQuestion {
  const { agent, kind, command, files, url, text, options, task, evidence } = each
  const tool = each.tool ?? (command === undefined ? undefined : 'shell')
  return {
    ...{ agent, kind, paths: files, text, directory, home, incomplete: [] },
    promptKind: each.prompt ?? kind,
    reported: evidence === 'report',
    options: options.map((option, index) => ({ number: index + 1, ...option })),
    ...(tool && { tool }),
    ...(command !== undefined && { command }),
    ...(url !== undefined && { url }),
    ...(task !== undefined && { task }),
  }
}

function difference(expected: z.output<typeof Expectation>, decision: Decision): string | undefined {
  const { action, rule, refusal, option } = {
    rule: undefined,
    refusal: undefined,
    option: undefined,
    ...expected,
  }
  if (action !== undefined && action !== decision.action) return `expected ${action}, got ${decision.action}`
  if (rule !== undefined && !decision.rules.some(({ name }) => name === rule)) {
    return `expected the rule "${rule}", got ${decision.rules.map(({ name }) => `"${name}"`).join(', ') || 'none'}`
  }
  if (refusal !== undefined && !decision.refusals.some(({ id }) => id === refusal)) {
    return `expected the refusal ${refusal}, got ${decision.refusals.map(({ id }) => id).join(', ') || 'none'}`
  }
  const chosen = 'option' in decision ? decision.option?.label : undefined
  return option === undefined || option === chosen
    ? undefined
    : `expected the option "${option}", got ${chosen ?? 'none'}`
}
