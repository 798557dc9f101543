import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Iterm2Error } from '../../src/iterm2/errors.ts'
import { invocation, quoteString, reference, variable } from '../../src/iterm2/scripting/invocation.ts'

const escapes: Readonly<Record<string, string>> = {
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

/** Reads calls by the grammar of the terminal, independently of the code under test. */
class Reader {
  #at = 0
  constructor(readonly text: string) {}

  call(): { name: string; args: Record<string, unknown> } {
    const name = this.#match(/[A-Za-z_][\w.]*/y)
    const args: Record<string, unknown> = {}
    this.#expect('(')
    while (!this.#take(')')) {
      const key = this.#match(/\w+/y)
      this.#match(/: */y)
      args[key] = this.#value()
      this.#match(/,? */y)
    }
    expect(this.#at).toBe(this.text.length)
    return { name, args }
  }

  #value(): unknown {
    if (this.#take('"')) return this.#string()
    if (this.#take('[')) return this.#list()
    const word = this.#match(/-?\d+(\.\d+)?|true|false|null|&?[A-Za-z_][\w.]*\??/y)
    return /^(-?\d|true$|false$|null$)/.test(word) ? JSON.parse(word) : { expression: word }
  }

  #list(): unknown[] {
    const list: unknown[] = []
    while (!this.#take(']')) {
      list.push(this.#value())
      this.#match(/,? */y)
    }
    return list
  }

  #string(): string {
    let result = ''
    while (!this.#take('"')) {
      if (!this.#take('\\')) {
        result += this.#match(/[\s\S]/y)
        continue
      }
      const kind = this.#match(/[\s\S]/y)
      if (kind === '(') throw new Error('the string holds an expression')
      if (kind === 'u') result += String.fromCharCode(Number.parseInt(this.#match(/[0-9a-f]{4}/iy), 16))
      else result += escapes[kind] ?? fail(`unknown escape ${kind}`)
    }
    return result
  }

  #take(character: string): boolean {
    if (this.text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #expect(character: string): void {
    if (!this.#take(character)) fail(`expected ${character} at ${this.#at} of ${this.text}`)
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.text)?.[0] ?? fail(`nothing matches at ${this.#at} of ${this.text}`)
    this.#at += found.length
    return found
  }
}

function fail(why: string): never {
  throw new Error(why)
}

const nastyStrings = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\\', '(', ')', '"', 'u', '0', 'n', '\n', '\u0000', '\ud800', 'a') }),
)
const numbers = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e40, max: 1e40 }))
  .filter((value) => value === 0 || Math.abs(value) > 1e-60)
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    nastyStrings,
    numbers,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
}))

describe('an invocation', () => {
  it('carries every value through the grammar unchanged', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z_]\w{0,8}$/), values, { maxKeys: 4 }), (args) => {
        const own = { ...args }
        const text = invocation('iterm2.some_function', own as Parameters<typeof invocation>[1])
        const read = new Reader(text).call()
        expect(read.name).toBe('iterm2.some_function')
        expect(JSON.stringify(read.args)).toBe(JSON.stringify(own).replaceAll('-0,', '0,'))
      }),
      { numRuns: 500 },
    )
  })

  it('never contains the beginning of an interpolation', () => {
    fc.assert(
      fc.property(nastyStrings, (text) => {
        expect(quoteString(text)).not.toContain('\\(')
      }),
      { numRuns: 500 },
    )
    expect(quoteString('\\(user.secret)')).toBe('"\\\\\\u0028user.secret)"')
  })

  it('names variables and references as they are', () => {
    const args = {
      a: variable('session.path'),
      b: variable('user.x', { optional: true }),
      c: reference('user.y'),
    }
    expect(invocation('f', args)).toBe('f(a: session.path, b: user.x?, c: &user.y)')
  })

  it('leaves undefined arguments out', () => {
    expect(invocation('f', { a: undefined, b: null })).toBe('f(b: null)')
  })

  it.each([
    ['a function name', () => invocation('f(); g', {})],
    ['an argument name', () => invocation('f', { 'a: 1, b': 1 })],
    ['a variable', () => variable('a + b')],
    ['a reference', () => reference('a?')],
    ['a number', () => invocation('f', { a: Number.NaN })],
    ['an object', () => invocation('f', { a: { b: 1 } })],
  ])('refuses %s that is none of the grammar', (_, build) => {
    expect(build).toThrow(
      expect.objectContaining({ code: 'invalid-argument' } satisfies Partial<Iterm2Error>),
    )
  })
})
