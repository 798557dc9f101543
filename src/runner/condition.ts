/**
 * The `if:` of a step: `steps.audit.ok && !steps.tests.skipped`, `steps.lint.exit == 2`, `env.CI == "1"`,
 * `always()`. A condition that says nothing about earlier steps holds only when all of them went well: nobody
 * means to deploy after tests that failed because of `env.TARGET == "live"`.
 */
import { type Condition, ConditionError, parseCondition } from './parse-condition.ts'

export interface StepOutcome {
  state: 'ok' | 'failed' | 'skipped'
  /** Exit code; absent when a signal ended it, and for agents. */
  exit?: number | undefined
}

export interface ConditionFacts {
  /** Steps that are over; one that is not named has not been there. */
  steps: ReadonlyMap<string, StepOutcome>
  env: Readonly<Record<string, string | undefined>>
  /** Whether every earlier step went well, was skipped, or may fail. */
  wentWell: boolean
}

/** Whether the step is to run. */
export function conditionHolds(text: string | undefined, facts: ConditionFacts): boolean {
  if (text === undefined) return facts.wentWell
  const condition = parseCondition(text)
  return (facts.wentWell || asksForSteps(condition)) && evaluate(condition, facts)
}

/**
 * What is wrong with a condition, or undefined.
 *
 * @param steps names of the steps before it
 */
export function conditionProblem(text: string, steps: readonly string[]): string | undefined {
  try {
    const unknown = stepsOf(parseCondition(text)).find((name) => !steps.includes(name))
    if (unknown === undefined) return undefined
    const known = steps.length === 0 ? 'there is none' : `there are ${steps.join(', ')}`
    return `no step "${unknown}" stands before this one; ${known}`
  } catch (error) {
    if (error instanceof ConditionError) return error.message
    throw error
  }
}

function evaluate(condition: Condition, facts: ConditionFacts): boolean {
  switch (condition.kind) {
    case 'always':
      return true
    case 'state':
      return facts.steps.get(condition.step)?.state === condition.state
    case 'exit': {
      const exit = facts.steps.get(condition.step)?.exit
      return exit === undefined
        ? condition.operator === '!='
        : compare(exit, condition.operator, condition.value)
    }
    case 'env': {
      const is = (facts.env[condition.variable] ?? '') === condition.value
      return condition.operator === '==' ? is : !is
    }
    case 'not':
      return !evaluate(condition.of, facts)
    case 'and':
      return condition.of.every((each) => evaluate(each, facts))
    case 'or':
      return condition.of.some((each) => evaluate(each, facts))
  }
}

function compare(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    default:
      return left >= right
  }
}

function asksForSteps(condition: Condition): boolean {
  return condition.kind === 'always' || stepsOf(condition).length > 0 || partsOf(condition).some(asksForSteps)
}

function stepsOf(condition: Condition): string[] {
  return 'step' in condition ? [condition.step] : partsOf(condition).flatMap(stepsOf)
}

function partsOf(condition: Condition): readonly Condition[] {
  if (condition.kind === 'not') return [condition.of]
  return condition.kind === 'and' || condition.kind === 'or' ? condition.of : []
}
