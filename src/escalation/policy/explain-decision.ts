/** Tells a decision in lines, for people. */
import type { DecidingRule, Decision, Verdict } from './evaluate-policy.ts'

export function explainDecision(decision: Decision): string[] {
  const { reason, rules, refusals, dryRun, trace } = decision
  return [
    `${verdictText(decision)}: ${reason}`,
    ...(dryRun ? [`  without dryRun: ${verdictText(dryRun)}`] : []),
    ...rules.map((rule) => `  rule "${rule.name}" (${placeText(rule)})`),
    ...refusals.map(({ id, what }) => `  refusal ${id}: ${what}`),
    ...(trace.length > 0 ? ['  tried, in order:'] : []),
    ...trace.map(
      ({ part, whyNot, ...rule }) =>
        `    ${part}: "${rule.name}" (${placeText(rule)}) ${whyNot === undefined ? 'matches' : `does not match, ${whyNot}`}`,
    ),
  ]
}

export function verdictText(verdict: Verdict): string {
  switch (verdict.action) {
    case 'answer':
      return `answer "${verdict.text}"`
    case 'route':
      return `route to ${verdict.to}`
    case 'notify':
    case 'hold':
      return verdict.action
    default:
      return verdict.option
        ? `${verdict.action} (${verdict.option.number}. ${verdict.option.label})`
        : verdict.action
  }
}

function placeText({ file, line }: DecidingRule): string {
  return `${file}:${line}`
}
