/** Asks the rules of the person and of the project about an escalation; counts what they have answered. */

import { redact } from '../lib/redact.ts'
import { desktopMailbox, mailboxOfSender } from '../mail/names.ts'
import { type Choice, type Escalation, Level, type TracedRule } from './escalation.ts'
import {
  type BudgetUse,
  type Decision,
  evaluatePolicy,
  ruleKey,
  type TraceStep,
  type Verdict,
} from './policy/evaluate-policy.ts'
import { placeOf } from './policy/paths/place.ts'
import { loadPolicies } from './policy/policy-file.ts'
import type { PolicyQuestion } from './policy/policy-question.ts'
import { readQuestion, type Told } from './policy/read-question.ts'
import type { PolicyDesk, PolicyVerdict } from './policy-desk.ts'

export interface PolicyJudgeOptions {
  /** `config.yaml`. */
  config: string
  /** The person's home directory. */
  home: string
  now(): number
  /** What the agent itself has told of the prompt in front. */
  told(session: string): Told | undefined
  /** All records, the closed ones too: what the rules have answered before. */
  records(): readonly Escalation[]
}

interface Spent {
  key: string
  session: string
  at: number
}

const hourMs = 3_600_000
/** Rules that a record tells of; a long command line tries all rules on each of its commands. */
const mostTraced = 100

export class PolicyJudge implements PolicyDesk {
  readonly #options: PolicyJudgeOptions
  #spent: Spent[] | undefined

  constructor(options: PolicyJudgeOptions) {
    this.#options = options
  }

  speaks({ cwd }: Pick<Escalation, 'cwd'>): boolean {
    const { user, projects, problems } = loadPolicies(this.#options.config, cwd, this.#options.home)
    return problems.length > 0 || [user, ...projects].some((policy) => (policy?.rules.length ?? 0) > 0)
  }

  consult(escalation: Escalation): PolicyVerdict | undefined {
    if (!this.speaks(escalation)) return undefined
    const question = this.#question(escalation)
    const decision = this.#decide(question)
    const verdict = {
      ...verdictFor(escalation, decision, new Date(this.#options.now()).toISOString()),
      reported: question.reported,
    }
    if (verdict.choice !== undefined) this.#spend(decision, escalation.session)
    return verdict
  }

  #question({ kind, text, prompt, agent, cwd, task, session }: Escalation): PolicyQuestion {
    const { home, told } = this.#options
    const asker = { agent, directory: cwd, home, task, session }
    return readQuestion({ kind, text, ...(prompt && { prompt }) }, asker, told(session))
  }

  #decide(question: PolicyQuestion): Decision {
    const { config, home, now } = this.#options
    const { directory, session = '' } = question
    const policies = loadPolicies(config, directory, home)
    return evaluatePolicy(question, policies, this.#used(session), placeOf(directory, home), new Date(now()))
  }

  #used(session: string): BudgetUse {
    const used = new Map<string, { lastHour: number; session: number }>()
    const from = this.#options.now() - hourMs
    for (const spent of this.#log()) {
      const { lastHour, session: inSession } = used.get(spent.key) ?? { lastHour: 0, session: 0 }
      used.set(spent.key, {
        lastHour: lastHour + (spent.at > from ? 1 : 0),
        session: inSession + (spent.session === session ? 1 : 0),
      })
    }
    return used
  }

  /** Counted when it is decided, not when it is typed: a rule answers less rather than more than it may. */
  #spend({ rules }: Decision, session: string): void {
    const at = this.#options.now()
    this.#log().push(...rules.map((rule) => ({ key: ruleKey(rule), session, at })))
  }

  /** Read from the records once. */
  #log(): Spent[] {
    this.#spent ??= this.#options
      .records()
      .flatMap(({ policy, answers, session }) =>
        answers.some(({ via, verdict }) => via === 'policy' && verdict === 'taken')
          ? (policy?.rules ?? []).map((key) => ({ key, session, at: Date.parse(policy?.at ?? '') }))
          : [],
      )
    return this.#spent
  }
}

function verdictFor(escalation: Escalation, decision: Decision, at: string): PolicyVerdict {
  const { action, reason, rules, dryRun, trace } = decision
  const [rule] = rules
  const fingerprint = escalation.prompt?.fingerprint
  const word: PolicyVerdict = {
    ...{ at, action: dryRun?.action ?? action, reason, rules: rules.map(ruleKey) },
    ...(rule && { rule: rules.map(({ name }) => name).join(', ') }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(dryRun && { dryRun: true }),
    trace: trace.slice(0, mostTraced).map(traced),
  }
  if (dryRun) return word
  if (action === 'notify') return { ...word, notify: true }
  if (decision.action !== 'route') {
    const choice = choiceFor(decision)
    return choice ? { ...word, choice } : word
  }
  const level = levelFor(decision.to, escalation)
  if (level !== undefined) return { ...word, level }
  return { ...word, reason: `${reason}, but "${decision.to}" is nobody who can be asked about it` }
}

function traced({ part, whyNot, name, file, line }: TraceStep): TracedRule {
  return {
    ...{ part: redact(part), rule: name, at: `${file}:${line}` },
    ...(whyNot !== undefined && { whyNot: redact(whyNot) }),
  }
}

function choiceFor(verdict: Verdict): Choice | undefined {
  switch (verdict.action) {
    case 'approve':
    case 'choose':
    case 'deny':
      if (verdict.option) return { options: [verdict.option.number] }
      return { choice: verdict.action === 'deny' ? 'deny' : 'approve' }
    case 'answer':
      return { text: verdict.text }
    default:
      return undefined
  }
}

/** A level by its name, or that of a mailbox. */
function levelFor(to: string, { orchestrator, peer }: Escalation): Level | undefined {
  const named = Level.safeParse(to)
  const mailbox = mailboxOfSender(to)
  const level = named.success
    ? named.data
    : mailbox === desktopMailbox
      ? 'desktop'
      : mailbox !== undefined && mailbox === orchestrator
        ? 'orchestrator'
        : mailbox !== undefined && mailbox === peer
          ? 'peer'
          : undefined
  const nobody =
    (level === 'orchestrator' && orchestrator === undefined) ||
    (level === 'peer' && peer === undefined) ||
    level === 'policy'
  return nobody ? undefined : level
}
