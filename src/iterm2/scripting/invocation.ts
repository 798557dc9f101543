/**
 * Builds the text of a function call that iTerm2 evaluates, from values, so that no text can become code.
 *
 * In iTerm2's expressions a string may hold `\(…)`, which is evaluated. Strings are therefore never pasted
 * into a call: they are quoted here.
 */
import { Iterm2Error } from '../errors.ts'
import type { JsonValue } from '../json.ts'

/** A value that iTerm2 looks up itself. Made by {@link variable} and {@link reference}. */
export class Expression {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

export type InvocationValue = JsonValue | Expression | readonly InvocationValue[]

/** Arguments by name; those that are undefined are left out. */
export type InvocationArguments = Readonly<Record<string, InvocationValue | undefined>>

/**
 * `name(argument: value, …)`, every value quoted.
 * @throws {Iterm2Error} `invalid-argument` for a name that is none, a number that is not finite, and for
 * objects, which the grammar has no literal for.
 */
export function invocation(name: string, args: InvocationArguments = {}): string {
  const list = Object.entries(args).flatMap(([key, value]) =>
    value === undefined ? [] : [`${requireMatch(identifier, key, 'argument name')}: ${encode(value)}`],
  )
  return `${requireMatch(path, name, 'function name')}(${list.join(', ')})`
}

/** The value of a variable in the scope of the call, such as `session.path`; null where unset if optional. */
export function variable(name: string, options: { optional?: boolean } = {}): Expression {
  return new Expression(requireMatch(path, name, 'variable') + (options.optional ? '?' : ''))
}

/** A variable itself, not its value: for functions that write to it, such as the `backing_var` of `tmux_format`. */
export function reference(name: string): Expression {
  return new Expression(`&${requireMatch(path, name, 'variable')}`)
}

/** Quotes any text as a string literal of iTerm2's expressions. */
export function quoteString(text: string): string {
  return `"${text.replace(needsEscape, escapeCharacter)}"`
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/
const path = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/

// A parenthesis after a backslash is written by its number, so that `\(` does not occur in a literal at
// all, not even as the second half of `\\(`. Halves of surrogate pairs cannot be sent as UTF-8.
const needsEscape =
  /\\\(|[\\"\u0000-\u001f\u007f-\u009f\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const shortEscapes: Readonly<Record<string, string>> = {
  '\\(': '\\\\\\u0028',
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function escapeCharacter(text: string): string {
  return shortEscapes[text] ?? `\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function encode(value: InvocationValue): string {
  if (value instanceof Expression) return value.source
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoteString(value)
  if (typeof value === 'number') return encodeNumber(value)
  if (isValueList(value)) return `[${value.map(encode).join(', ')}]`
  throw new Iterm2Error('invalid-argument', 'An object cannot be passed to a function of iTerm2.', {
    hint: 'Pass it as JSON text, if the function takes that.',
  })
}

/** The grammar knows no exponents. */
function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new Iterm2Error('invalid-argument', `The number ${value} cannot be passed to a function of iTerm2.`)
  }
  const text = String(value)
  if (!text.includes('e')) return Object.is(value, -0) ? '0' : text
  if (Number.isInteger(value)) return BigInt(value).toString()
  // 100 digits are the most that toFixed gives; anything smaller is zero for every purpose here.
  return value.toFixed(100).replace(/\.?0+$/, '')
}

function isValueList(value: InvocationValue): value is readonly InvocationValue[] {
  return Array.isArray(value)
}

function requireMatch(pattern: RegExp, text: string, what: string): string {
  if (pattern.test(text)) return text
  throw new Iterm2Error('invalid-argument', `${JSON.stringify(text)} is no ${what} of iTerm2.`)
}
