/** Cuts the text of an expression into tokens, and the inside of a string into literal text. */
import { ExpressionSyntaxError } from './expression.ts'

export type Token =
  | { kind: 'identifier'; text: string; position: number; end: number }
  | { kind: 'number'; value: number; position: number; end: number }
  | { kind: 'symbol'; text: string; position: number; end: number }
  | { kind: 'end'; position: number; end: number }

/** How a piece of a string's text ended. */
export interface StringPiece {
  text: string
  end: 'quote' | 'interpolation' | 'end-of-text'
}

const whitespace = /\s*/y
const identifier = /[A-Za-z_][A-Za-z0-9_]*/y
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const symbol = /\|\||&&|==|!=|<=|>=|[-+*/!<>?:;,.()[\]&"]/y
const escapes: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\u0007',
  b: '\b',
  f: '\f',
  e: '\u001b',
  '\\': '\\',
  '"': '"',
  '/': '/',
}

/** Reads a text from left to right; `peek` looks at the next token, `take` goes behind it. */
export class Scanner {
  #position = 0
  readonly #text: string
  #next: Token | undefined

  constructor(text: string) {
    this.#text = text
  }

  peek(): Token {
    this.#next ??= this.#read()
    return this.#next
  }

  take(): Token {
    const token = this.peek()
    this.#position = token.end
    this.#next = undefined
    return token
  }

  /** The character directly behind a token, with nothing skipped. */
  isFollowedBy(token: Token, character: string): boolean {
    return this.#text[token.end] === character
  }

  /** The inside of a quoted string, from where the scanner stands to its quote or next interpolation. */
  takeQuotedPiece(): StringPiece {
    let text = ''
    for (;;) {
      const position = this.#position
      const character = this.#text[position]
      if (character === undefined) throw new ExpressionSyntaxError('The string does not end', position)
      if (character === '"') return this.#endPiece(text, position + 1, 'quote')
      if (character !== '\\') {
        text += character
        this.#position += 1
        continue
      }
      if (this.#text[position + 1] === '(') return this.#endPiece(text, position + 2, 'interpolation')
      text += this.#takeEscape(position)
    }
  }

  /**
   * The text of a template up to its next interpolation. A backslash stands for itself there, because
   * templates hold shell commands; `\\(` is the one way to write the two characters `\(`.
   */
  takeTemplatePiece(): StringPiece {
    let text = ''
    for (;;) {
      const start = this.#position
      const found = this.#text.indexOf('\\(', start)
      if (found === -1) {
        return this.#endPiece(text + this.#text.slice(start), this.#text.length, 'end-of-text')
      }
      if (found === start || this.#text[found - 1] !== '\\') {
        return this.#endPiece(text + this.#text.slice(start, found), found + 2, 'interpolation')
      }
      text += `${this.#text.slice(start, found - 1)}\\(`
      this.#position = found + 2
    }
  }

  #endPiece(text: string, position: number, end: StringPiece['end']): StringPiece {
    this.#position = position
    return { text, end }
  }

  #takeEscape(position: number): string {
    const letter = this.#text[position + 1] ?? ''
    if (letter === 'u') {
      const digits = this.#text.slice(position + 2, position + 6)
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
        throw new ExpressionSyntaxError('\\u needs four hexadecimal digits', position)
      }
      this.#position = position + 6
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const character = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined
    if (character === undefined) throw new ExpressionSyntaxError('Unknown escape in a string', position)
    this.#position = position + 2
    return character
  }

  #read(): Token {
    const position = this.#position + this.#match(whitespace, this.#position).length
    if (position >= this.#text.length) return { kind: 'end', position, end: position }
    const word = this.#match(identifier, position)
    if (word !== '') return { kind: 'identifier', text: word, position, end: position + word.length }
    const digits = this.#match(number, position)
    if (digits !== '') return this.#readNumber(digits, position)
    const sign = this.#match(symbol, position)
    if (sign === '') throw new ExpressionSyntaxError('Unexpected character', position)
    return { kind: 'symbol', text: sign, position, end: position + sign.length }
  }

  #readNumber(digits: string, position: number): Token {
    const value = Number(digits)
    if (!Number.isFinite(value)) throw new ExpressionSyntaxError('The number is too large', position)
    return { kind: 'number', value, position, end: position + digits.length }
  }

  #match(pattern: RegExp, position: number): string {
    pattern.lastIndex = position
    return pattern.exec(this.#text)?.[0] ?? ''
  }
}
