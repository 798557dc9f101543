/** Reads the language of conditions. */

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='

export type Condition =
  | { kind: 'always' }
  | { kind: 'state'; step: string; state: 'ok' | 'failed' | 'skipped' }
  | { kind: 'exit'; step: string; operator: Comparison; value: number }
  | { kind: 'env'; variable: string; operator: '==' | '!='; value: string }
  | { kind: 'not'; of: Condition }
  | { kind: 'and' | 'or'; of: readonly Condition[] }

export class ConditionError extends Error {
  override name = 'ConditionError'
}

/** Deeper than anybody writes, and shallow enough for the stack. */
const deepest = 50

/** @throws {ConditionError} that says what is wrong, and at which character. */
export function parseCondition(text: string): Condition {
  const reader = new TokenReader(text)
  const condition = readOr(reader, 0)
  const rest = reader.peek()
  if (rest.kind !== 'end') throw reader.unexpected('&&, || or the end')
  return condition
}

function readOr(reader: TokenReader, depth: number): Condition {
  return readChain(reader, '||', 'or', () => readChain(reader, '&&', 'and', () => readNot(reader, depth)))
}

function readChain(
  reader: TokenReader,
  operator: '&&' | '||',
  kind: 'and' | 'or',
  readPart: () => Condition,
): Condition {
  const first = readPart()
  const of = [first]
  while (reader.take(operator)) of.push(readPart())
  return of.length === 1 ? first : { kind, of }
}

function readNot(reader: TokenReader, depth: number): Condition {
  if (depth > deepest) throw new ConditionError(`is nested deeper than ${deepest} levels`)
  if (reader.take('!')) return { kind: 'not', of: readNot(reader, depth + 1) }
  if (!reader.take('(')) return readFact(reader)
  const inside = readOr(reader, depth + 1)
  if (!reader.take(')')) throw reader.unexpected('a closing parenthesis')
  return inside
}

const facts = 'steps.<name>.ok, .failed, .skipped or .exit, env.<name> or always()'

function readFact(reader: TokenReader): Condition {
  const token = reader.peek()
  if (token.kind !== 'word') throw reader.unexpected(facts)
  const [root, name = '', field, ...rest] = token.text.split('.')
  if (token.text === 'always') {
    reader.next()
    if (reader.take('(') && reader.take(')')) return { kind: 'always' }
    throw reader.unexpected('always()')
  }
  if (root === 'env' && name !== '' && field === undefined) {
    reader.next()
    const operator = reader.comparison()
    if (operator !== '==' && operator !== '!=')
      throw new ConditionError(`compares env.${name} with nothing but == and !=`)
    return { kind: 'env', variable: name, operator, value: reader.string() }
  }
  if (root === 'steps' && name !== '' && rest.length === 0) {
    if (field === 'ok' || field === 'failed' || field === 'skipped') {
      reader.next()
      return { kind: 'state', step: name, state: field }
    }
    if (field === 'exit') {
      reader.next()
      return { kind: 'exit', step: name, operator: reader.comparison(), value: reader.number() }
    }
  }
  throw reader.unexpected(facts)
}

interface Token {
  kind: 'word' | 'string' | 'number' | 'symbol' | 'end'
  text: string
  /** From 1. */
  column: number
}

const tokenForms =
  /\s*(?:(?<symbol>&&|\|\||==|!=|<=|>=|[!()<>])|(?<string>"[^"\n]*"|'[^'\n]*')|(?<number>-?\d+(?![\w.-]))|(?<word>[A-Za-z_][\w.-]*))/uy

class TokenReader {
  private readonly text: string
  private at = 0
  private ahead: Token | undefined

  constructor(text: string) {
    this.text = text
  }

  peek(): Token {
    this.ahead ??= this.read()
    return this.ahead
  }

  next(): Token {
    const token = this.peek()
    this.ahead = undefined
    return token
  }

  take(symbol: string): boolean {
    const token = this.peek()
    const is = token.kind === 'symbol' && token.text === symbol
    if (is) this.next()
    return is
  }

  comparison(): Comparison {
    const found = (['==', '!=', '<=', '>=', '<', '>'] as const).find((each) => this.take(each))
    if (found === undefined) throw this.unexpected('a comparison such as ==')
    return found
  }

  string(): string {
    if (this.peek().kind !== 'string') throw this.unexpected('a text in quotes')
    return this.next().text.slice(1, -1)
  }

  number(): number {
    if (this.peek().kind !== 'number') throw this.unexpected('a whole number')
    return Number(this.next().text)
  }

  unexpected(wanted: string): ConditionError {
    const { kind, text, column } = this.peek()
    const found = kind === 'end' ? 'the end' : `"${text}"`
    return new ConditionError(`has ${found} at character ${column} where ${wanted} should be`)
  }

  private read(): Token {
    tokenForms.lastIndex = this.at
    const match = tokenForms.exec(this.text)
    if (match) {
      this.at = tokenForms.lastIndex
      const { symbol, string, number, word } = match.groups ?? {}
      const text = symbol ?? string ?? number ?? word ?? ''
      const column = this.at - text.length + 1
      const kind = symbol ? 'symbol' : string ? 'string' : number ? 'number' : 'word'
      return { kind, text, column }
    }
    const rest = this.text.slice(this.at).trimStart()
    const column = this.text.length - rest.length + 1
    if (rest === '') return { kind: 'end', text: '', column }
    throw new ConditionError(
      `has ${JSON.stringify([...rest][0])} at character ${column}, which means nothing here`,
    )
  }
}
