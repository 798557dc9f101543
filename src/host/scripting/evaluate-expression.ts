/** Evaluates expressions against variables and functions that the caller provides. */
import { isDeepStrictEqual } from 'node:util'
import type { VariableValue } from '../session-types.ts'
import {
  type ArgumentValues,
  type BinaryOperator,
  EvaluationError,
  type Expression,
  type FunctionCall,
} from './expression.ts'

/** What names mean where an expression is evaluated. */
export interface EvaluationScope {
  /** The value of a variable; null and undefined both mean that it is unset. */
  lookup(path: string): VariableValue | undefined
  /** Calls a function. Rejections become the result of the whole evaluation. */
  call(name: string, values: ArgumentValues): Promise<VariableValue>
}

/**
 * Deepest tree that is walked. The parser bounds brackets; chains of operators within brackets can nest
 * deeper than they look.
 */
const maxDepth = 500

/** Longest text that an evaluation makes, in UTF-16 units; variables can be put together again and again. */
const maxText = 16 * 1024 * 1024

/** Runs calls one after the other; the value is the last one's. */
export async function evaluateSequence(
  calls: FunctionCall[],
  scope: EvaluationScope,
): Promise<VariableValue> {
  let value: VariableValue = null
  for (const call of calls) value = await evaluateExpression(call, scope)
  return value
}

/** @throws {EvaluationError} for unset variables, wrong types, and whatever the functions reject with. */
export async function evaluateExpression(
  expression: Expression,
  scope: EvaluationScope,
): Promise<VariableValue> {
  const steps = walk(expression, scope.lookup, 0)
  let step = steps.next(null)
  while (!step.done) step = steps.next(await scope.call(step.value.name, step.value.values))
  return step.value
}

/**
 * The text of a parsed template, from variables alone.
 * @throws {EvaluationError} as {@link evaluateExpression}, and when the template calls a function.
 */
export function renderTemplate(parts: Array<string | Expression>, lookup: EvaluationScope['lookup']): string {
  const step = walkParts(parts, lookup, 0).next(null)
  if (!step.done) throw new EvaluationError(`The function ${step.value.name} cannot be called here`)
  return step.value
}

/** Evaluation pauses at each function call; whoever drives it decides how calls are made. */
type Steps<T> = Generator<{ name: string; values: ArgumentValues }, T, VariableValue>

function* walk(
  expression: Expression,
  lookup: EvaluationScope['lookup'],
  depth: number,
): Steps<VariableValue> {
  if (depth > maxDepth) throw new EvaluationError('The expression is nested too deeply')
  const inner = (part: Expression) => walk(part, lookup, depth + 1)
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'string':
      return yield* walkParts(expression.parts, lookup, depth)
    case 'list': {
      const items: VariableValue[] = []
      for (const item of expression.items) items.push(yield* inner(item))
      return items
    }
    case 'path':
      return lookUp(expression.path, expression.optional, lookup)
    case 'reference':
      return expression.path
    case 'index':
      return elementOf(yield* inner(expression.target), yield* inner(expression.index))
    case 'unary': {
      const operand = yield* inner(expression.operand)
      return expression.operator === '!' ? !isTrue(operand) : -numberOf(operand, '-')
    }
    case 'binary': {
      const left = yield* inner(expression.left)
      if (expression.operator === '||' && isTrue(left)) return true
      if (expression.operator === '&&' && !isTrue(left)) return false
      return applyOperator(expression.operator, left, yield* inner(expression.right))
    }
    case 'conditional':
      return yield* inner(
        isTrue(yield* inner(expression.condition)) ? expression.whenTrue : expression.whenFalse,
      )
    case 'call': {
      // Without a prototype, so that an argument may be called __proto__.
      const values: ArgumentValues = Object.create(null)
      for (const { name, value } of expression.arguments) values[name] = yield* inner(value)
      return yield { name: expression.name, values }
    }
  }
}

function* walkParts(
  parts: Array<string | Expression>,
  lookup: EvaluationScope['lookup'],
  depth: number,
): Steps<string> {
  let text = ''
  for (const part of parts) {
    text = join(text, typeof part === 'string' ? part : textOf(yield* walk(part, lookup, depth + 1)))
  }
  return text
}

/** How a value reads inside a text: strings as they are, booleans as 1 and 0, unset as nothing. */
export function textOf(value: VariableValue): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? '1' : '0'
  return JSON.stringify(value)
}

function lookUp(path: string, optional: boolean, lookup: EvaluationScope['lookup']): VariableValue {
  const value = lookup(path) ?? null
  if (value === null && !optional) {
    throw new EvaluationError(`The variable ${path} is not set; write ${path}? where it may be missing`)
  }
  return value
}

function elementOf(target: VariableValue, index: VariableValue): VariableValue {
  if (target === null) return null
  if (Array.isArray(target) && typeof index === 'number') {
    const element = target[index]
    if (element === undefined)
      throw new EvaluationError(`Index ${index} is outside a list of ${target.length}`)
    return element
  }
  if (typeof target === 'object' && !Array.isArray(target) && typeof index === 'string') {
    const member = Object.hasOwn(target, index) ? target[index] : undefined
    if (member === undefined) throw new EvaluationError(`There is no member ${index}`)
    return member
  }
  throw new EvaluationError('Only a list can be indexed by a number, and an object by a string')
}

function applyOperator(operator: BinaryOperator, left: VariableValue, right: VariableValue): VariableValue {
  switch (operator) {
    case '||':
    case '&&':
      return isTrue(right)
    case '==':
      return isDeepStrictEqual(left, right)
    case '!=':
      return !isDeepStrictEqual(left, right)
    case '+':
      return add(left, right)
    case '-':
      return finite(numberOf(left, operator) - numberOf(right, operator))
    case '*':
      return finite(numberOf(left, operator) * numberOf(right, operator))
    case '/':
      return finite(numberOf(left, operator) / numberOf(right, operator))
    default:
      return compare(operator, left, right)
  }
}

function add(left: VariableValue, right: VariableValue): VariableValue {
  if (typeof left === 'string' && typeof right === 'string') return join(left, right)
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right]
  return finite(numberOf(left, '+') + numberOf(right, '+'))
}

function join(left: string, right: string): string {
  if (left.length + right.length > maxText) throw new EvaluationError('The text becomes too long')
  return left + right
}

function compare(operator: '<' | '>' | '<=' | '>=', left: VariableValue, right: VariableValue): boolean {
  const order =
    typeof left === 'string' && typeof right === 'string'
      ? orderOf(left, right)
      : orderOf(numberOf(left, operator), numberOf(right, operator))
  if (operator === '<') return order < 0
  if (operator === '>') return order > 0
  return operator === '<=' ? order <= 0 : order >= 0
}

function orderOf<T extends string | number>(left: T, right: T): number {
  return left < right ? -1 : Number(left > right)
}

/** Booleans of variables may arrive as 1 and 0, so numbers have a truth; other values have none. */
function isTrue(value: VariableValue): boolean {
  if (value === null) return false
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  throw new EvaluationError('Expected true or false')
}

function numberOf(value: VariableValue, operator: string): number {
  if (typeof value !== 'number') throw new EvaluationError(`The operator ${operator} needs numbers`)
  return value
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new EvaluationError('The result is not a finite number')
  return value
}
