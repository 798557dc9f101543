/**
 * The grammar of invocations and interpolated strings:
 *
 *     invocation  = call { ";" call }
 *     expression  = or [ "?" expression ":" expression ]
 *     or … product: || && == != < > <= >= + - * /, in rising order of binding, left to right
 *     unary       = ("!" | "-") unary | postfix
 *     postfix     = primary { "[" expression "]" }
 *     primary     = number | true | false | null | string | list | call | path ["?"] | "&" path | "(" expression ")"
 *     call        = path "(" [ name ":" expression { "," name ":" expression } ] ")"
 *     path        = identifier { "." identifier }
 *
 * The `?` of an optional path stands directly behind it; the one of a conditional needs a space before.
 */
import {
  type BinaryOperator,
  type Expression,
  ExpressionSyntaxError,
  type FunctionCall,
} from './expression.ts'
import { Scanner, type StringPiece, type Token } from './scanner.ts'

/** Longest text that is parsed, in UTF-16 units: a layout of some thousand sessions as base64 fits. */
const maxLength = 1024 * 1024

/** Deepest nesting, far below what the stack of the parser and the evaluator can take. */
const maxDepth = 100

/** @throws {ExpressionSyntaxError} when the text is not a sequence of calls. */
export function parseInvocation(text: string): FunctionCall[] {
  const scanner = openScanner(text)
  const calls = [parseTopLevelCall(scanner)]
  while (takeSymbol(scanner, ';')) calls.push(parseTopLevelCall(scanner))
  expectEnd(scanner)
  return calls
}

/** @throws {ExpressionSyntaxError} when the text is not one expression. */
export function parseExpression(text: string): Expression {
  const scanner = openScanner(text)
  const expression = parseConditional(scanner, 0)
  expectEnd(scanner)
  return expression
}

/**
 * Literal texts and the expressions of `\(…)` in turn. Every other character, a backslash included,
 * stands for itself.
 * @throws {ExpressionSyntaxError} when an interpolated expression is malformed.
 */
export function parseTemplate(text: string): Array<string | Expression> {
  const scanner = openScanner(text)
  return parsePieces(scanner, () => scanner.takeTemplatePiece(), 0)
}

function openScanner(text: string): Scanner {
  if (text.length > maxLength) {
    throw new ExpressionSyntaxError(`The text is longer than ${maxLength} characters`, maxLength)
  }
  return new Scanner(text)
}

function parseTopLevelCall(scanner: Scanner): FunctionCall {
  const { position } = scanner.peek()
  const expression = parseConditional(scanner, 0)
  if (expression.kind !== 'call') throw new ExpressionSyntaxError('Expected a function call', position)
  return expression
}

function parseConditional(scanner: Scanner, depth: number): Expression {
  if (depth > maxDepth) {
    throw new ExpressionSyntaxError('The expression is nested too deeply', scanner.peek().position)
  }
  const condition = parseBinary(scanner, 0, depth)
  if (!takeSymbol(scanner, '?')) return condition
  const whenTrue = parseConditional(scanner, depth + 1)
  expectSymbol(scanner, ':')
  const whenFalse = parseConditional(scanner, depth + 1)
  return { kind: 'conditional', condition, whenTrue, whenFalse }
}

const levels: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
]

function parseBinary(scanner: Scanner, level: number, depth: number): Expression {
  const operators = levels[level]
  if (!operators) return parseUnary(scanner, depth)
  let left = parseBinary(scanner, level + 1, depth)
  // Every operator of a chain nests the tree one deeper on its left side.
  for (let chained = 1; ; chained += 1) {
    const operator = operators.find((candidate) => takeSymbol(scanner, candidate))
    if (!operator) return left
    if (depth + chained > maxDepth) {
      throw new ExpressionSyntaxError('The expression is nested too deeply', scanner.peek().position)
    }
    left = { kind: 'binary', operator, left, right: parseBinary(scanner, level + 1, depth + 1) }
  }
}

function parseUnary(scanner: Scanner, depth: number): Expression {
  if (depth > maxDepth) {
    throw new ExpressionSyntaxError('The expression is nested too deeply', scanner.peek().position)
  }
  if (takeSymbol(scanner, '!')) {
    return { kind: 'unary', operator: '!', operand: parseUnary(scanner, depth + 1) }
  }
  if (!takeSymbol(scanner, '-')) return parsePostfix(scanner, depth)
  const operand = parseUnary(scanner, depth + 1)
  const negated = operand.kind === 'literal' && typeof operand.value === 'number' ? -operand.value : undefined
  return negated === undefined
    ? { kind: 'unary', operator: '-', operand }
    : { kind: 'literal', value: negated }
}

function parsePostfix(scanner: Scanner, depth: number): Expression {
  let target = parsePrimary(scanner, depth)
  for (let indexed = 1; takeSymbol(scanner, '['); indexed += 1) {
    const index = parseConditional(scanner, depth + indexed)
    expectSymbol(scanner, ']')
    target = { kind: 'index', target, index }
  }
  return target
}

function parsePrimary(scanner: Scanner, depth: number): Expression {
  const token = scanner.take()
  if (token.kind === 'number') return { kind: 'literal', value: token.value }
  if (token.kind === 'identifier') return parseWord(scanner, token, depth)
  if (token.kind === 'symbol') {
    if (token.text === '"') return parseString(scanner, depth)
    if (token.text === '[') return { kind: 'list', items: parseItems(scanner, depth) }
    if (token.text === '&')
      return { kind: 'reference', path: takePath(scanner, takeIdentifier(scanner)).path }
    if (token.text === '(') {
      const inner = parseConditional(scanner, depth + 1)
      expectSymbol(scanner, ')')
      return inner
    }
  }
  throw unexpected(token, 'a value')
}

const words: Record<string, boolean | null> = { true: true, false: false, null: null }

function parseWord(scanner: Scanner, first: IdentifierToken, depth: number): Expression {
  const { path, last } = takePath(scanner, first)
  if (takeSymbol(scanner, '(')) return { kind: 'call', name: path, arguments: parseArguments(scanner, depth) }
  if (Object.hasOwn(words, path)) return { kind: 'literal', value: words[path] ?? null }
  const optional = scanner.isFollowedBy(last, '?')
  if (optional) scanner.take()
  return { kind: 'path', path, optional }
}

function parseString(scanner: Scanner, depth: number): Expression {
  return { kind: 'string', parts: parsePieces(scanner, () => scanner.takeQuotedPiece(), depth) }
}

function parsePieces(
  scanner: Scanner,
  takePiece: () => StringPiece,
  depth: number,
): Array<string | Expression> {
  const parts: Array<string | Expression> = []
  for (;;) {
    const piece = takePiece()
    if (piece.text !== '') parts.push(piece.text)
    if (piece.end !== 'interpolation') return parts
    parts.push(parseConditional(scanner, depth + 1))
    expectSymbol(scanner, ')')
  }
}

function parseItems(scanner: Scanner, depth: number): Expression[] {
  const items: Expression[] = []
  if (takeSymbol(scanner, ']')) return items
  do items.push(parseConditional(scanner, depth + 1))
  while (takeSymbol(scanner, ','))
  expectSymbol(scanner, ']')
  return items
}

function parseArguments(scanner: Scanner, depth: number): FunctionCall['arguments'] {
  const found: FunctionCall['arguments'] = []
  if (takeSymbol(scanner, ')')) return found
  const names = new Set<string>()
  do {
    const { text: name, position } = takeIdentifier(scanner)
    if (names.has(name)) throw new ExpressionSyntaxError(`The argument ${name} is given twice`, position)
    names.add(name)
    expectSymbol(scanner, ':')
    found.push({ name, value: parseConditional(scanner, depth + 1) })
  } while (takeSymbol(scanner, ','))
  expectSymbol(scanner, ')')
  return found
}

type IdentifierToken = Extract<Token, { kind: 'identifier' }>

function takePath(scanner: Scanner, first: IdentifierToken): { path: string; last: Token } {
  const names = [first.text]
  let last: Token = first
  while (takeSymbol(scanner, '.')) {
    const name = takeIdentifier(scanner)
    names.push(name.text)
    last = name
  }
  return { path: names.join('.'), last }
}

function takeIdentifier(scanner: Scanner): IdentifierToken {
  const token = scanner.take()
  if (token.kind !== 'identifier') throw unexpected(token, 'a name')
  return token
}

function takeSymbol(scanner: Scanner, text: string): boolean {
  const token = scanner.peek()
  if (token.kind !== 'symbol' || token.text !== text) return false
  scanner.take()
  return true
}

function expectSymbol(scanner: Scanner, text: string): void {
  if (!takeSymbol(scanner, text)) throw unexpected(scanner.peek(), `“${text}”`)
}

function expectEnd(scanner: Scanner): void {
  const token = scanner.peek()
  if (token.kind !== 'end') throw unexpected(token, 'the end')
}

function unexpected(token: Token, expected: string): ExpressionSyntaxError {
  const found = token.kind === 'end' ? 'the text ends' : 'found something else'
  return new ExpressionSyntaxError(`Expected ${expected}, ${found}`, token.position)
}
