/** Decides what a person's rules say of a question. Pure: the time, the file system and the budgets come in. */
import { choiceOf } from './choose-option.ts'
import { absolutePaths, type Part, whyNot } from './match-rule.ts'
import { hostOf, pathsOfCommand } from './paths/paths-of-command.ts'
import type { Place } from './paths/place.ts'
import type { PolicyQuestion } from './policy-question.ts'
import { type Policy, type PolicyRule, permits, type RuleAction } from './policy-schema.ts'
import { type Refusal, refusals } from './refusals/refusal.ts'
import { refuseCommand, refusePath } from './refusals/refuse-command.ts'
import { shortForm } from './shell/command.ts'
import { readShell } from './shell/read-shell.ts'

export interface Policies {
  /** Undefined: it could not be read, and nothing is approved. */
  user: Policy | undefined
  /** Those of the directories around the session, each of which can only tighten. */
  projects: readonly Policy[]
  /** Why a file could not be read. */
  problems: readonly string[]
}

/** How often a rule has answered, by `ruleKey`. */
export type BudgetUse = ReadonlyMap<string, { lastHour: number; session: number }>

export interface DecidingRule {
  name: string
  file: string
  line: number
}

export interface TraceStep extends DecidingRule {
  /** The command or tool that the rule was tried on. */
  part: string
  /** Undefined: it matched. */
  whyNot: string | undefined
}

export type Verdict =
  | { action: 'approve' | 'choose' | 'deny'; option?: { number: number; label: string } }
  | { action: 'answer'; text: string }
  | { action: 'route'; to: string }
  | { action: 'notify' | 'hold' }

export type Decision = Verdict & {
  reason: string
  /** Those that decided; none when no rule did. */
  rules: readonly DecidingRule[]
  /** Built-in refusals that were found, whether or not a rule makes an exception of them. */
  refusals: readonly Refusal[]
  /** What would have been done without `dryRun`. */
  dryRun?: Verdict
  trace: readonly TraceStep[]
}

export function evaluatePolicy(
  question: PolicyQuestion,
  policies: Policies,
  used: BudgetUse,
  place: Place,
  now: Date,
): Decision {
  const { parts, problems } = partsOf(question, place)
  const trace: TraceStep[] = []
  const found = refusalsIn(question, parts, place)
  const all = found.flat()
  const decide = (verdict: Verdict, reason: string, rules: readonly PolicyRule[] = []): Decision => {
    return { ...verdict, reason, rules: rules.map(deciding), refusals: all, trace }
  }

  const first = (policy: Policy, part: Part) => firstMatch(policy, question, part, place, now, trace)
  const ofProjects = policies.projects.flatMap((policy) => parts.flatMap((part) => first(policy, part) ?? []))
  const ofUser = parts.map((part) => (policies.user ? first(policies.user, part) : undefined))
  const holding = strictest(
    [...ofUser.flatMap((rule) => rule ?? []), ...ofProjects].filter((rule) => !permits(rule)),
  )
  if (holding) return holdBack(question, holding, decide)

  const missing = ofUser.indexOf(undefined)
  const problem = policies.problems[0] ?? question.incomplete[0] ?? unknownIn(question) ?? problems[0]
  if (problem !== undefined) return decide({ action: 'hold' }, `nothing is approved: ${problem}`)
  const refused = found.findIndex((each, index) =>
    each.some(({ id }) => !ofUser[index]?.allowRefused.includes(id)),
  )
  const refusal = found[refused]?.find(({ id }) => !ofUser[refused]?.allowRefused.includes(id))
  if (refusal) {
    return decide(
      { action: 'hold' },
      `refused (${refusal.id}): ${refusal.what}, which ${refusals[refusal.id]}`,
    )
  }
  const rules = ofUser.flatMap((rule) => rule ?? [])
  const [rule] = rules
  if (missing >= 0 || !rule)
    return decide({ action: 'hold' }, `no rule approves ${partName(parts[missing], question)}`)
  return permit(question, [...new Set(rules)], rule, used, decide)
}

/** What has to be known before anything is permitted. */
function unknownIn({ kind, tool, command }: PolicyQuestion): string | undefined {
  if (kind !== 'permission') return undefined
  if (tool === undefined) return 'it is not known what would be permitted'
  return tool === 'shell' && command === undefined ? 'the command is not known' : undefined
}

/** Names a rule in the counts of its budget. */
export function ruleKey({ file, name }: Pick<PolicyRule, 'file' | 'name'>): string {
  return `${file}:${name}`
}

type Decide = (verdict: Verdict, reason: string, rules?: readonly PolicyRule[]) => Decision

/** A command line falls into its commands, of which each has to be allowed; everything else is one part. */
function partsOf(question: PolicyQuestion, place: Place): { parts: Part[]; problems: string[] } {
  const { command, directory, paths, url } = question
  if (command === undefined) {
    const part = {
      command: undefined,
      paths: absolutePaths(paths, [directory], place),
      pathsUnknown: false,
      hosts: url === undefined ? [] : [hostOf(url)],
    }
    return { parts: [part], problems: [] }
  }
  const { commands, problems } = readShell(command, directory)
  const parts = commands.map((each) => {
    const inside = pathsOfCommand(each)
    const from = each.directories ?? []
    return {
      command: each,
      paths: absolutePaths(inside.paths, from, place),
      pathsUnknown: inside.unknown || each.directories === undefined,
      hosts: inside.hosts,
    }
  })
  return {
    parts,
    problems: commands.length === 0 ? ['it runs nothing that is known', ...problems] : problems,
  }
}

function refusalsIn(
  { command, paths, tool }: PolicyQuestion,
  parts: readonly Part[],
  place: Place,
): Refusal[][] {
  const writes = tool !== 'read' && tool !== 'search'
  return parts.map((part) =>
    part.command
      ? refuseCommand(part.command, place)
      : command === undefined
        ? paths.flatMap((path) => refusePath(path, writes, place))
        : [],
  )
}

function firstMatch(
  policy: Policy,
  question: PolicyQuestion,
  part: Part,
  place: Place,
  now: Date,
  trace: TraceStep[],
): PolicyRule | undefined {
  for (const rule of policy.rules) {
    const reason = whyNot(rule, question, part, place, now)
    trace.push({ ...deciding(rule), part: partName(part, question), whyNot: reason })
    if (reason === undefined) return rule
  }
  return undefined
}

const strictness: readonly RuleAction['type'][] = ['deny', 'hold', 'route', 'notify']

function strictest(rules: readonly PolicyRule[]): PolicyRule | undefined {
  return strictness.flatMap((type) => rules.find(({ action }) => action.type === type) ?? [])[0]
}

function holdBack(question: PolicyQuestion, rule: PolicyRule, decide: Decide): Decision {
  const { action } = rule
  const reason = `the rule "${rule.name}" says so`
  if (action.type === 'route') return decide({ action: 'route', to: action.to }, reason, [rule])
  if (action.type !== 'deny')
    return decide({ action: action.type === 'notify' ? 'notify' : 'hold' }, reason, [rule])
  const choice = choiceOf(action, question.options)
  const verdict: Verdict = {
    action: 'deny',
    ...('option' in choice && choice.option ? { option: choice.option } : {}),
  }
  return rule.dryRun
    ? { ...decide({ action: 'hold' }, dryReason(rule), [rule]), dryRun: verdict }
    : decide(verdict, reason, [rule])
}

function permit(
  question: PolicyQuestion,
  rules: readonly PolicyRule[],
  rule: PolicyRule,
  used: BudgetUse,
  decide: Decide,
): Decision {
  if (question.kind === 'credential') {
    return decide({ action: 'hold' }, 'nothing but a person answers for a password or a key', rules)
  }
  const { action } = rule
  if (rules.some((each) => JSON.stringify(each.action) !== JSON.stringify(action))) {
    return decide({ action: 'hold' }, 'its commands match rules that do different things', rules)
  }
  const wanting = question.reported ? undefined : rules.find(({ evidence }) => evidence === 'report')
  if (wanting) return decide({ action: 'hold' }, unreported(wanting), rules)
  const spent = rules.find((each) => isSpent(each, used))
  if (spent) return decide({ action: 'hold' }, `the budget of the rule "${spent.name}" is used up`, rules)
  const choice = choiceOf(action, question.options)
  if ('problem' in choice) return decide({ action: 'hold' }, choice.problem, rules)
  const verdict: Verdict =
    action.type === 'answer'
      ? { action: 'answer', text: action.text }
      : {
          action: action.type === 'choose' ? 'choose' : 'approve',
          ...(choice.option && { option: choice.option }),
        }
  const dry = rules.find(({ dryRun }) => dryRun)
  if (dry) return { ...decide({ action: 'hold' }, dryReason(dry), rules), dryRun: verdict }
  const names = rules.map(({ name }) => `"${name}"`).join(', ')
  return decide(
    verdict,
    `${rules.length > 1 ? 'the rules' : 'the rule'} ${names} ${rules.length > 1 ? 'say' : 'says'} so`,
    rules,
  )
}

/** Whatever is shown on a screen may be the work of somebody who wants it approved. */
function unreported({ name }: PolicyRule): string {
  return (
    'only the screen shows that it is asked; install the hooks of the agent (`iterm-orch hooks install`), ' +
    `or write "evidence: screen" into the rule "${name}"`
  )
}

function dryReason({ name }: PolicyRule): string {
  return `the rule "${name}" is only tried out (dryRun)`
}

function isSpent(rule: PolicyRule, used: BudgetUse): boolean {
  const { perHour = Number.POSITIVE_INFINITY, perSession = Number.POSITIVE_INFINITY } = rule.budget ?? {}
  const { lastHour = 0, session = 0 } = used.get(ruleKey(rule)) ?? {}
  return lastHour >= perHour || session >= perSession
}

function deciding({ name, file, line }: PolicyRule): DecidingRule {
  return { name, file, line }
}

function partName(part: Part | undefined, { tool, toolName, kind }: PolicyQuestion): string {
  return part?.command ? shortForm(part.command) || 'a redirection' : (toolName ?? tool ?? `this ${kind}`)
}
