import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  evaluateExpression,
  evaluateSequence,
  renderTemplate,
} from '../../../src/host/scripting/evaluate-expression.ts'
import {
  type ArgumentValues,
  type Expression,
  ExpressionSyntaxError,
} from '../../../src/host/scripting/expression.ts'
import {
  parseExpression,
  parseInvocation,
  parseTemplate,
} from '../../../src/host/scripting/parse-expression.ts'
import type { VariableValue } from '../../../src/host/session-types.ts'
import { printExpression } from './print-expression.ts'

const variables: Record<string, VariableValue> = {
  'user.name': 'Ada',
  'user.list': [10, [20, 30], { key: 'inside' }],
  columns: 80,
  'session.path': '/home/ada',
  flag: true,
}

function scope(calls: Array<[string, ArgumentValues]> = []) {
  return {
    lookup: (path: string) => (Object.hasOwn(variables, path) ? variables[path] : undefined),
    call: async (name: string, values: ArgumentValues) => {
      calls.push([name, values])
      return calls.length
    },
  }
}

const value = (text: string) => evaluateExpression(parseExpression(text), scope())
const template = (text: string) => renderTemplate(parseTemplate(text), scope().lookup)

describe('an expression', () => {
  it('keeps the usual precedence, and brackets change it', async () => {
    expect(await value('1 + 2 * 3 - 4 / 2')).toBe(5)
    expect(await value('(1 + 2) * -3')).toBe(-9)
    expect(await value('1 < 2 && 2 <= 2 || false')).toBe(true)
    expect(await value('!(columns == 80) ? "narrow" : "wide"')).toBe('wide')
    expect(await value('true ? false ? 1 : 2 : 3')).toBe(2)
  })

  it('reads numbers, strings with escapes, lists and words', async () => {
    expect(await value('[1, -2.5, 1e3, true, null, "a\\n\\t\\e\\"\\\\\\/\\u00e9"]')).toEqual([
      1,
      -2.5,
      1000,
      true,
      null,
      'a\n\t\u001b"\\/é',
    ])
    expect(await value('[]')).toEqual([])
    expect(await value('"é" + "😀"')).toBe('é😀')
  })

  it('reads variables, and fails on an unset one unless it ends in a question mark', async () => {
    expect(await value('user.name')).toBe('Ada')
    expect(await value('user.missing?')).toBe(null)
    await expect(value('user.missing')).rejects.toThrow('user.missing is not set')
    expect(await value('user.list[1][0] + user.list[0]')).toBe(30)
    expect(await value('user.list[2]["key"]')).toBe('inside')
    await expect(value('user.list[9]')).rejects.toThrow('outside a list of 3')
    expect(await value('&user.name')).toBe('user.name')
  })

  it('interpolates expressions into strings, strings within them included', async () => {
    expect(await value('"Hi \\(user.name + "!"), \\(columns) \\(flag) [\\(user.missing?)]"')).toBe(
      'Hi Ada!, 80 1 []',
    )
    expect(await value('"\\("a\\("b\\("c")")")"')).toBe('abc')
  })

  it('evaluates only the branch that is needed', async () => {
    expect(await value('flag ? 1 : user.missing')).toBe(1)
    expect(await value('flag || user.missing')).toBe(true)
  })

  it('refuses operands that make no sense instead of guessing', async () => {
    for (const text of ['1 + "a"', '"a" && true', '1 / 0', '-"x"', '1 < "2"', '1[0]']) {
      await expect(value(text)).rejects.toThrow()
    }
  })
})

it('a text that grows without end is refused', async () => {
  const big = { lookup: () => 'x'.repeat(1024 * 1024), call: async () => null }
  const text = `"${'\\(v)'.repeat(100)}"`
  await expect(evaluateExpression(parseExpression(text), big)).rejects.toThrow('too long')
})

describe('an invocation', () => {
  it('runs calls in order and gives the last value', async () => {
    const calls: Array<[string, ArgumentValues]> = []
    const parsed = parseInvocation('first(); iterm2.second(a: [1], b: inner(x: user.name))')
    expect(await evaluateSequence(parsed, scope(calls))).toBe(3)
    expect(calls).toEqual([
      ['first', {}],
      ['inner', { x: 'Ada' }],
      ['iterm2.second', { a: [1], b: 2 }],
    ])
  })

  it.each([
    ['', 'Expected a value', 0],
    ['user.name', 'Expected a function call', 0],
    ['f(', 'Expected a name', 2],
    ['f(a)', 'Expected “:”', 3],
    ['f(a: 1, a: 2)', 'given twice', 8],
    ['f(a: "x)', 'The string does not end', 8],
    ['f(a: "\\q")', 'Unknown escape', 6],
    ['f(a: "\\u12")', 'four hexadecimal', 6],
    ['f(a: 1) g()', 'Expected the end', 8],
    ['f(a: @)', 'Unexpected character', 5],
    ['f(a: 1;', 'Expected “)”', 6],
  ])('%j is refused at its position', (text, problem, position) => {
    expect(() => parseInvocation(text)).toThrow(ExpressionSyntaxError)
    try {
      parseInvocation(text)
    } catch (error) {
      expect(error).toMatchObject({ problem: expect.stringContaining(problem), position })
    }
  })

  it('refuses what nests too deeply or is too long, quickly', async () => {
    const deep = (open: string, close: string) => `f(a: ${open.repeat(50_000)}1${close.repeat(50_000)})`
    for (const text of [
      deep('(', ')'),
      deep('[', ']'),
      deep('!', ''),
      deep('"\\(', ')"'),
      deep('a(b:', ')'),
    ]) {
      expect(() => parseInvocation(text)).toThrow('nested too deeply')
    }
    expect(() => parseInvocation(`f(a: 1${'+1'.repeat(50_000)})`)).toThrow('nested too deeply')
    expect(() => parseInvocation(`f(a: "${'x'.repeat(1024 * 1024)}")`)).toThrow('longer than')
    let chains = '1'
    for (let depth = 0; depth < 90; depth += 1) chains = `(${chains}${'+1'.repeat(depth)})`
    await expect(value(chains)).rejects.toThrow('nested too deeply')
  })
})

describe('a template', () => {
  it('interpolates and leaves every other character alone', () => {
    expect(template('cd \\(session.path) && printf "a\\n" \\\\(x)')).toBe(
      'cd /home/ada && printf "a\\n" \\(x)',
    )
    expect(template('')).toBe('')
    expect(() => template('\\(f())')).toThrow('cannot be called here')
  })

  it('says where an interpolation is broken', () => {
    expect(() => parseTemplate('ok \\(1 +)')).toThrow(ExpressionSyntaxError)
    expect(() => parseTemplate('ok \\(1')).toThrow(ExpressionSyntaxError)
  })
})

describe('for any input', () => {
  it('what is printed parses to the same tree', () => {
    fc.assert(
      fc.property(anyExpression(), (expression) => {
        expect(parseExpression(printExpression(expression))).toEqual(expression)
      }),
      { numRuns: 500 },
    )
  })

  it('parsing gives a tree or a syntax error, whatever the text', () => {
    const fragment = fc.constantFrom(
      'f(',
      ')',
      '"',
      '\\(',
      '\\',
      'a',
      '.',
      '?',
      ':',
      '[',
      ']',
      ';',
      '1',
      ' ',
      '&',
      '-',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragment).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (input) => {
        for (const parse of [parseInvocation, parseExpression, parseTemplate]) {
          try {
            parse(input)
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressionSyntaxError)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('any string survives as a literal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const literal: Expression = { kind: 'string', parts: text === '' ? [] : [text] }
        expect(await value(printExpression(literal))).toBe(text)
      }),
    )
  })
})

function anyExpression(): fc.Arbitrary<Expression> {
  const name = fc
    .stringMatching(/^[a-z_][A-Za-z0-9_]{0,5}$/)
    .filter((word) => !/^(true|false|null)$/.test(word))
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'))
  const operators = ['||', '&&', '==', '!=', '<', '>', '<=', '>=', '+', '-', '*', '/'] as const
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
    const inner = tie('expression')
    const text = fc.string({ minLength: 1, unit: 'binary' })
    return {
      expression: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        fc.record({
          kind: fc.constant('literal' as const),
          value: fc.oneof(
            fc.boolean(),
            fc.constant(null),
            fc.double({ noNaN: true, noDefaultInfinity: true }),
          ),
        }),
        fc.record({ kind: fc.constant('path' as const), path, optional: fc.boolean() }),
        fc.record({ kind: fc.constant('reference' as const), path }),
        fc.record({
          kind: fc.constant('string' as const),
          parts: fc.array(fc.tuple(text, inner), { maxLength: 2 }).map((pairs) => pairs.flat()),
        }),
        fc.record({ kind: fc.constant('list' as const), items: fc.array(inner, { maxLength: 3 }) }),
        fc.record({ kind: fc.constant('index' as const), target: inner, index: inner }),
        fc.record({
          kind: fc.constant('unary' as const),
          operator: fc.constant('!' as const),
          operand: inner,
        }),
        fc.record({
          kind: fc.constant('binary' as const),
          operator: fc.constantFrom(...operators),
          left: inner,
          right: inner,
        }),
        fc.record({
          kind: fc.constant('conditional' as const),
          condition: inner,
          whenTrue: inner,
          whenFalse: inner,
        }),
        fc.record({
          kind: fc.constant('call' as const),
          name: path,
          arguments: fc.uniqueArray(fc.record({ name, value: inner }), {
            maxLength: 3,
            selector: (argument) => argument.name,
          }),
        }),
      ),
    }
  })
  return expression
}
