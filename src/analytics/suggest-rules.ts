/** Suggests rules for what people always answered alike. It only suggests; somebody has to copy them. */
import { stringify } from 'yaml'
import type { AskedQuestion } from './report.ts'

export interface SuggestedRule {
  name: string
  match: { agent: string; kind: string; text: string; tool?: 'shell'; command?: string }
  action: 'approve' | 'deny' | { choose: string } | { answer: string }
  /** A rule that lets something happen acts on the word of a hook; these questions were seen on the screen alone. */
  evidence?: 'screen'
  /** It says what it would do; whoever trusts it takes this line away. */
  dryRun: true
  /** How often people answered so, and never otherwise. */
  times: number
}

/** Fewer equal answers are chance. */
const leastTimes = 5

/** Of these a rule may decide; never of credentials, trust and logins. */
const safeKinds: ReadonlySet<string> = new Set(['permission', 'question', 'choice'])

/** An option that decides about later questions too. */
const lasting =
  /\balways\b|don['’]?t ask|do not ask|not ask again|for (?:this|the) (?:session|project)|remember|from now on|\ball\b|every/i

export function suggestRules(questions: readonly AskedQuestion[]): SuggestedRule[] {
  const rules: SuggestedRule[] = []
  for (const question of questions) {
    const { kind, agent, text, answers, meanings } = question
    const [[answer, times] = ['', 0], ...otherAnswers] = Object.entries(answers)
    if (!safeKinds.has(kind) || times < leastTimes || otherAnswers.length > 0) continue
    const meaning = Object.hasOwn(meanings, answer) ? meanings[answer] : undefined
    if (meaning === 'always' || lasting.test(answer) || answer.includes('[redacted]') || answer.includes('…'))
      continue
    // What is permitted must be the same to the letter; a cut text says too little.
    const seen = `${text} ${question.subject}`
    if (seen.includes('…') || seen.includes('[redacted]') || (kind === 'permission' && !question.exact))
      continue
    const about = aboutOf(question)
    if (!about) continue
    const action = actionFor(answer, meaning, kind)
    rules.push({
      name: `suggested-${rules.length + 1}`,
      match: { agent, kind, ...about },
      action,
      ...(question.hooked || action === 'deny' ? {} : { evidence: 'screen' as const }),
      dryRun: true,
      times,
    })
  }
  return rules
}

/** A section `policy:` for config.yaml. */
export function rulesAsYaml(rules: readonly SuggestedRule[]): string {
  const comments = rules.map(
    ({ name, times, evidence }) =>
      `# ${name}: people answered so ${times} times, and never otherwise\n${evidence ? whyScreen : ''}`,
  )
  const plain = rules.map(({ times: _, ...rule }) => rule)
  return `${comments.join('')}${stringify({ policy: { rules: plain } }, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })}`
}

/** A program, and words that no shell and no pattern takes for anything else. */
const plainCommand = /^[\w-]+(?: [\w./:@+,=-]+)*$/

/**
 * A rule knows the text of what is asked, and the command that it is about. Undefined where it is about something
 * that a rule would have to know and that cannot be told of so: the text alone would answer too much.
 */
function aboutOf({
  question,
  subject,
  exact,
}: AskedQuestion): Omit<SuggestedRule['match'], 'agent' | 'kind'> | undefined {
  const text = exact ? literal(question) : loosened(question)
  if (subject === '' || question.includes(subject)) return { text }
  return exact && plainCommand.test(subject) ? { text, tool: 'shell', command: subject } : undefined
}

const whyScreen =
  '#   evidence: screen, since no hook of the agent told of it: without that line the rule waits for the word of a hook\n' +
  '#   (iterm-orch hooks install), with it whatever shows such a question on the screen is answered\n'

function actionFor(answer: string, meaning: string | undefined, kind: string): SuggestedRule['action'] {
  if (answer === 'approve' || answer === 'deny') return answer
  return meaning === undefined && kind === 'question' ? { answer } : { choose: literal(answer) }
}

/** As a pattern: whatever has a meaning in patterns stands for one character. */
function literal(text: string): string {
  return text.replace(/[*[\]{}\\!]/g, '?')
}

/** Digits may differ. */
function loosened(text: string): string {
  return literal(text).replace(/\d+(?:[.,:]\d+)*/g, '*')
}
