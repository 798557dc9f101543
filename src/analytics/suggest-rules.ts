/** Suggests rules for what people always answered alike. It only suggests; somebody has to copy them. */
import { stringify } from 'yaml'
import type { AskedQuestion } from './report.ts'

export interface SuggestedRule {
  name: string
  match: { agent: string; kind: string; text: string }
  action: 'approve' | 'deny' | { choose: string } | { answer: string }
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
    if (text.includes('…') || text.includes('[redacted]') || (kind === 'permission' && !question.exact))
      continue
    rules.push({
      name: `suggested-${rules.length + 1}`,
      match: { agent, kind, text: question.exact ? literal(text) : loosened(text) },
      action: actionFor(answer, meaning, kind),
      dryRun: true,
      times,
    })
  }
  return rules
}

/** A section `policy:` for config.yaml. */
export function rulesAsYaml(rules: readonly SuggestedRule[]): string {
  const comments = rules.map(
    ({ name, times }) => `# ${name}: people answered so ${times} times, and never otherwise\n`,
  )
  const plain = rules.map(({ times: _, ...rule }) => rule)
  return `${comments.join('')}${stringify({ policy: { rules: plain } }, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' })}`
}

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
